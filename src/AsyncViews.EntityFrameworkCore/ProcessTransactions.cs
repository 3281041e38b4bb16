using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace AsyncViews.EntityFrameworkCore;

/// <summary>
/// The transactions of contexts that processes are stored in. They are told apart by the objects of Entity Framework, since Npgsql
/// uses its own again for the next transaction of a connection.
/// </summary>
internal static class ProcessTransactions
{
    private static readonly ConditionalWeakTable<IDbContextTransaction, ProcessTransaction> Known = [];

    public static ProcessTransaction Of(IDbContextTransaction transaction) => Known.GetValue(transaction, current => new ProcessTransaction(current.GetDbTransaction()));

    /// <summary>Throws before a commit where a statement has failed: PostgreSQL answers the commit with a rollback then, and without an error.</summary>
    public static Task ThrowIfAbortedAsync(DatabaseFacade database) =>
        database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL" ? database.ExecuteSqlRawAsync("SELECT 1", CancellationToken.None) : Task.CompletedTask;

    public static ProcessTransaction? Find(IDbContextTransaction? transaction) => transaction is not null && Known.TryGetValue(transaction, out var known) ? known : null;
}
