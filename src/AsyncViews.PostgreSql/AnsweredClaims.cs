using System.Collections.Concurrent;
using AsyncViews.Storage;

namespace AsyncViews.PostgreSql;

/// <summary>Runs claims, and takes back those whose answer was lost: they may be stored, and nobody runs what they have taken.</summary>
internal sealed class AnsweredClaims(Database database, Transactions transactions, CurrentRuns current, string node, TimeSpan lease)
{
    /// <summary>The starts that claims without an answer may have stored, each with the time until which that may still come.</summary>
    private readonly ConcurrentDictionary<DateTimeOffset, DateTimeOffset> _unanswered = new();

    /// <exception cref="StoreUnavailableException">Nothing was claimed, or its answer was lost.</exception>
    public async Task<List<ClaimedRow>> RunAsync(Func<UnitOfWork, Task<List<ClaimedRow>>> claim)
    {
        DateTimeOffset? started = null;
        try
        {
            return await transactions.RunAloneAsync(unit =>
            {
                started = unit.Now;
                return claim(unit);
            });
        }
        catch (StoreUnavailableException exception) when (exception.MayBeStored && started is { } unanswered)
        {
            _unanswered[unanswered] = database.Clock.Now + lease;
            throw;
        }
    }

    /// <summary>Lets those processes wait again that earlier claims have taken without an answer. It comes with each sweep, before the next claim, and before quotas are asked for room.</summary>
    /// <exception cref="StoreUnavailableException">It could not be done. The next claim or sweep does it.</exception>
    public async Task TakeBackAsync()
    {
        if (_unanswered.IsEmpty)
            return;

        var over = _unanswered.Where(one => one.Value <= database.Clock.Now).ToList();
        await transactions.RunAsync(async unit =>
        {
            foreach (var row in await ProcessTable.FindStartedAsync(unit.Db, node, _unanswered.Keys))
            {
                var record = row.Record;
                if (current.Find(record.Id, record.Fence) is not null)
                    continue;

                if (record.CancelRequested)
                {
                    await unit.EndAsync(row, ProcessState.Canceled);
                    continue;
                }

                // This node has not counted its start, and so does not count it again.
                await ProcessTable.TakeBackAsync(unit.Db, record.Id);
                unit.Announce(ProcessChangeKind.Waiting, record.Id);
            }

            return true;
        });
        over.ForEach(one => _unanswered.TryRemove(one));
    }
}
