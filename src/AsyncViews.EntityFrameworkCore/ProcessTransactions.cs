using System.Runtime.CompilerServices;
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

    public static ProcessTransaction? Find(IDbContextTransaction? transaction) => transaction is not null && Known.TryGetValue(transaction, out var known) ? known : null;
}
