using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace SampleSite.Airports;

/// <summary>Lets a transaction become SQLite's only writer when it first writes, and not when it begins: imports that still check their rows keep nobody waiting.</summary>
public sealed class DeferredTransactions : DbTransactionInterceptor
{
    public override ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default) =>
        new(InterceptionResult<DbTransaction>.SuppressWithResult(((SqliteConnection)connection).BeginTransaction(eventData.IsolationLevel, deferred: true)));
}
