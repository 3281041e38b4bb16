using AsyncViews.Diagnostics;
using AsyncViews.Storage;

namespace AsyncViews.Results;

/// <summary>
/// Where the results of runs are written. The work is done by then, so a result waits for a store that is away. It does not inside a
/// transaction, which an outage has ended, too, or which holds up others.
/// </summary>
internal sealed class ResultSpools(IProcessStore store, ContentRoom room, TimeProvider time, SafeLogger<ResultSpools> logger)
{
    public ContentSpool Create(ProcessContext process)
    {
        var pace = new LogPace(time);
        var spool = store.CreateContent();
        spool.Share = room.ForResult();
        spool.Patience = new ContentPatience(time, Waits, process.CancellationToken);
        return spool;

        bool Waits(StoreUnavailableException exception)
        {
            if (process.Transactions is { Surrounds: true })
                return false;

            if (pace.IsDue())
                Log.ResultIsWaiting(logger, process.Id, exception);
            return true;
        }
    }
}
