using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>The transactions that filters have begun around the work of one run.</summary>
internal sealed class RunTransactions(LiveProcess live, ProgressWriter progress, IProcessStore store, EndWriter writer) : IRunTransactions
{
    private ProcessTransaction? _outermost;
    private bool _canHoldEnd;
    private int _commits;

    public bool Surrounds => _outermost is not null;

    /// <summary>The outcome of the work, once it is done and its result is captured.</summary>
    public ProcessOutcome? Outcome { get; set; }

    /// <summary>Notes that nothing the work saves is certain, until the first of them is committed.</summary>
    public async Task BeginAsync(ProcessTransaction transaction, CancellationToken cancellationToken)
    {
        if (_outermost is not null)
            return;

        _canHoldEnd = await store.CanFinishInAsync(transaction.DbTransaction, cancellationToken);
        _outermost = transaction;
        NoteUnsaved();
    }

    /// <summary>Stores the end in the transaction; false where another surrounds it, or the store is elsewhere.</summary>
    public async Task<bool> TryEndInAsync(ProcessTransaction transaction)
    {
        var outcome = Outcome ?? throw new InvalidOperationException("The work has not come to its end. Call next first.");
        if (transaction != _outermost || !_canHoldEnd)
            return false;

        live.EndsIn = transaction;
        await writer.WriteInAsync(live, outcome, transaction);
        return true;
    }

    /// <summary>Returns when it is stored that something of what the run does may stay.</summary>
    public async Task NoteCommitAsync()
    {
        _commits++;
        (live.IsUnsaved, live.MayBeSaved) = (false, true);
        progress.Report(last => last with { IsUncommitted = false });
        await progress.StoreAsync(stored => !stored.IsUncommitted);
    }

    public void NoteRollback()
    {
        if (--_commits > 0)
            return;

        live.MayBeSaved = false;
        NoteUnsaved();
    }

    private void NoteUnsaved()
    {
        live.IsUnsaved = true;

        // An earlier start may have committed what it did, and then been lost before it could say so.
        if (live.Fence == 1)
            progress.Report(last => last with { IsUncommitted = true });
    }
}
