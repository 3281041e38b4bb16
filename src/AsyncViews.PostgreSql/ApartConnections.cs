using System.Transactions;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>Connections that take no part in a <see cref="TransactionScope"/> of the application, which is ambient where it calls the store.</summary>
internal static class ApartConnections
{
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static NpgsqlConnection OpenApart(this NpgsqlDataSource source)
    {
        using var apart = Suppress();
        return source.OpenConnection();
    }

    /// <inheritdoc cref="OpenApart" />
    public static async Task<NpgsqlConnection> OpenApartAsync(this NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        using var apart = Suppress();
        return await source.OpenConnectionAsync(cancellationToken);
    }

    private static TransactionScope? Suppress() =>
        Transaction.Current is null ? null : new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
}
