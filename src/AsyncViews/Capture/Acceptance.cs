using System.Collections.ObjectModel;
using AsyncViews.Diagnostics;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Submissions;

namespace AsyncViews.Capture;

/// <summary>The one way into the store, for what is sent and for what is sent again.</summary>
internal sealed class Acceptance(IProcessStore store, StoreLimits limits, Quotas quotas, Handover handover, Telemetry telemetry, SafeLogger<Acceptance> logger)
{
    /// <summary>Stores a submission under the quota of its type, and tells the engine of it.</summary>
    /// <param name="process">What was sent.</param>
    /// <param name="offersAgain">Whether a person is asked what to do about a form that was sent before: it is kept for that.</param>
    /// <param name="transaction">The caller's transaction to store it in; null for the store's own.</param>
    public async Task<Accepted> AddAsync(NewProcess process, bool offersAgain = false, ProcessTransaction? transaction = null)
    {
        var sent = process with { Quota = quotas.Of(process.Type) };
        var (added, start) = transaction is null && quotas.LimitOf(process.Type) == int.MaxValue
            ? await handover.AddAsync(sent) : (await store.AddAsync(sent, transaction?.DbTransaction), null);
        NoteAdded(added.Outcome, transaction);
        try
        {
            return await AnswerAsync(sent, added, offersAgain, async () => start is not null || await HandOverAsync(sent, transaction));
        }
        finally
        {
            start?.Invoke();
        }
    }

    /// <param name="process">What was sent.</param>
    /// <param name="added">What the store has done.</param>
    /// <param name="offersAgain">As with <see cref="AddAsync"/>.</param>
    /// <param name="handOver">Tells the engine of it, and returns whether it starts here.</param>
    private async Task<Accepted> AnswerAsync(NewProcess process, AddResult added, bool offersAgain, Func<ValueTask<bool>> handOver)
    {
        var (startsHere, wasSentBefore) = (false, false);
        switch (added.Outcome)
        {
            case not (AddOutcome.Added or AddOutcome.AlreadyThere):
                telemetry.Submitted(process.Type, "Refused");
                return new Accepted(added.Outcome);

            case AddOutcome.AlreadyThere:
                Log.SameSubmission(logger, added.Id!.Value, process.Type);
                wasSentBefore = offersAgain && !process.HasIdempotencyKey
                    && await store.FindAsync(added.Id.Value) is { State: ProcessState.Succeeded, IsGone: false };
                if (wasSentBefore)
                    await store.KeepSubmissionAsync(added.Id.Value, process.Submission, process.Body);
                break;

            default:
                Log.Accepted(logger, added.Id!.Value, process.Type);
                startsHere = await handOver();
                break;
        }

        telemetry.Submitted(process.Type, added.Outcome.ToString());
        return new Accepted(added.Outcome, added.Id, startsHere, wasSentBefore);
    }

    /// <summary>Stores processes of code under the quotas of their types, all or none, and tells the engine of those that wait for no other.</summary>
    public async Task<AddOutcome> AddAllAsync(IReadOnlyList<NewProcess> processes, ProcessTransaction? transaction)
    {
        List<NewProcess> added = [];
        var last = processes.ToDictionary(process => process.Id, process => process.Id);
        foreach (var process in processes)
            added.Add(process with { Quota = quotas.Of(process.Type), After = await LastOfAsync(process.After, last) });
        var outcome = await store.AddAllAsync(added, transaction?.DbTransaction);
        NoteAdded(outcome, transaction);
        foreach (var process in processes)
        {
            telemetry.Submitted(process.Type, outcome == AddOutcome.Added ? outcome.ToString() : "Refused");
            if (outcome != AddOutcome.Added)
                continue;

            Log.Accepted(logger, process.Id, process.Type);
            if (process.After.Count == 0)
                await HandOverAsync(process, transaction);
        }

        transaction?.AfterCommit(async () => await store.SettleAsync());
        return outcome;
    }

    private static void NoteAdded(AddOutcome outcome, ProcessTransaction? transaction)
    {
        if (transaction is not null && outcome == AddOutcome.Added)
            transaction.HoldsProcess = true;
    }

    /// <summary>Tells the engine now, or after the commit of the caller's transaction, until which nothing is there to run. Only the store knows by then whether what follows a group waits for it.</summary>
    private async ValueTask<bool> HandOverAsync(NewProcess process, ProcessTransaction? transaction)
    {
        if (transaction is not null)
            transaction.AfterCommit(async () => await HandOverAsync(process, transaction: null));
        else if (process.AfterGroup is null)
            return await handover.ScheduleAsync(WaitingProcess.Of(process));
        else
            await handover.ScheduleAsync(process.Id);
        return false;
    }

    /// <summary>Judges the limits of this sender before the body is copied; the admission has judged the store. The store judges both again when it adds the process.</summary>
    public async Task<AddOutcome> JudgeAsync(Sender sender, CancellationToken cancellationToken) =>
        limits.JudgeSender(await store.GetSenderLoadsAsync(sender.Owner, sender.Lane, cancellationToken), sender.HasAddress);

    /// <summary>
    /// Stores what was sent once more, as a new process, and tells where it was submitted first. Null where it is not kept (any more).
    /// If it was sent again before, this is about the last one in its place: that is sent once more only if it has not succeeded either.
    /// </summary>
    /// <param name="id">A process of which what was sent is kept.</param>
    /// <param name="change">What is different this time, by the body that is sent again.</param>
    /// <param name="mayFollow">Whether whoever sends it may see one that was sent in its place: somebody else may have sent that, who was signed in.</param>
    /// <param name="offersAgain">As with <see cref="AddAsync"/>.</param>
    /// <param name="transaction">As with <see cref="AddAsync"/>.</param>
    /// <param name="share">The share of the room that the copy of its body takes; null for none.</param>
    /// <param name="cancellationToken">Ends the copying, not the commit.</param>
    public async Task<(Accepted Accepted, SubmissionOrigin? Origin)?> SendAgainAsync(
        ProcessId id, Func<NewProcess, Submission, Task<NewProcess>> change, Func<ProcessRecord, bool> mayFollow, bool offersAgain, ProcessTransaction? transaction, ContentShare? share,
        CancellationToken cancellationToken)
    {
        if (await FindLastAsync(id, mayFollow, cancellationToken) is not { } original)
            return null;

        if (original.Id != id && !original.State.KeepsSubmission())
            return (new Accepted(AddOutcome.AlreadyThere, original.Id), original.OriginInParts);

        // That of the last one may be damaged.
        if ((await store.OpenSubmissionAsync(original.Id, cancellationToken) ?? await store.OpenSubmissionAsync(id, cancellationToken)) is not { } kept)
            return null;

        await using var content = kept.Body;
        await using var body = store.CreateContent();
        body.Share = share;
        await content.CopyToAsync(body, cancellationToken);
        var (submission, origin) = (Submission.Deserialize(kept.Submission), original.OriginInParts);
        var again = new NewProcess
        {
            Id = ProcessId.New(),
            Type = original.Type,
            Owner = original.Owner,
            Lane = original.Lane,
            IsAnonymous = original.IsAnonymous,
            Terms = original.Terms with { Priority = submission.Priority ?? RunTerms.DefaultPriority, NotBefore = null, StartBefore = null },
            IsLimited = original.IsLimited,
            Replaces = original.State.KeepsSubmission() ? original.Id : null,
            Identity = submission.Identity,
            Metadata = origin?.SearchEntriesAgain() ?? ReadOnlyDictionary<string, string>.Empty,
            Origin = original.Origin,
            Submission = kept.Submission,
            Body = body,
        };
        return (await AddAsync(await change(again, submission), offersAgain, transaction), origin);
    }

    /// <summary>Finds what is to be followed: instead of what was sent again, the last one in its place. Where two become one, the stricter condition holds.</summary>
    /// <param name="after">The predecessors as they were named.</param>
    /// <param name="last">What is known of them by now.</param>
    private async Task<IReadOnlyList<Predecessor>> LastOfAsync(IReadOnlyList<Predecessor> after, Dictionary<ProcessId, ProcessId> last)
    {
        foreach (var id in after.Select(predecessor => predecessor.Id).Where(id => !last.ContainsKey(id)))
            last[id] = (await FindLastAsync(id, _ => true, CancellationToken.None))?.Id ?? id;
        return [.. after.GroupBy(predecessor => last[predecessor.Id], predecessor => predecessor.When).Select(conditions => new Predecessor(conditions.Key, conditions.MinBy(when => when == When.Ended)))];
    }

    /// <summary>Finds a process, or the last one that was sent in its place: not what was called off, nor what has failed and is gone.</summary>
    private async Task<ProcessRecord?> FindLastAsync(ProcessId id, Func<ProcessRecord, bool> mayFollow, CancellationToken cancellationToken)
    {
        var last = await store.FindAsync(id, cancellationToken);
        for (var next = last; next?.ReplacedBy is { } by;)
        {
            next = await store.FindAsync(by, cancellationToken);
            if (next is not null && !mayFollow(next))
                break;

            if (next is { State: ProcessState.Succeeded } or { IsGone: false, State: not (ProcessState.Canceled or ProcessState.Missed) })
                last = next;
        }

        return last;
    }
}

/// <summary>The outcome of a submission.</summary>
/// <param name="Outcome">What the store did.</param>
/// <param name="Id">The process that now stands for it; null where it was refused.</param>
/// <param name="StartsHere">Whether it is new, and this node has a worker free for it.</param>
/// <param name="WasSentBefore">Whether it has succeeded just now, and a person is to be asked what this one is to do.</param>
internal readonly record struct Accepted(AddOutcome Outcome, ProcessId? Id = null, bool StartsHere = false, bool WasSentBefore = false);
