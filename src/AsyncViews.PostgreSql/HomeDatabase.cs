using System.Collections.Concurrent;
using System.Data.Common;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>The database of this store, among those that the application's own connections lead to.</summary>
internal sealed class HomeDatabase(Database database)
{
    private readonly ConcurrentDictionary<string, bool> _isHome = new();

    /// <exception cref="NotSupportedException">The transaction is not in this database, or may not write to the store's tables.</exception>
    public async Task ThrowIfElsewhereAsync(DbTransaction? transaction, CancellationToken cancellationToken)
    {
        if (transaction is { Connection: NpgsqlConnection connection } && !await IsReachedByAsync(connection, cancellationToken))
            throw new NotSupportedException("The transaction is in another database than the PostgreSQL store, or in another schema, or may not write to the store's tables.");
    }

    /// <summary>Tells whether a connection leads to it, and may write to the store's tables.</summary>
    public async Task<bool> IsReachedByAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (_isHome.TryGetValue(connection.ConnectionString, out var known))
            return known;

        var own = await database.RunAsync(SchemaSetup.FindKeyAsync, cancellationToken);
        var found = await Database.GuardedAsync(() => SchemaSetup.FindKeyAsync(new Statements(connection)));
        return _isHome[connection.ConnectionString] = found is not null && found.AsSpan().SequenceEqual(own);
    }
}
