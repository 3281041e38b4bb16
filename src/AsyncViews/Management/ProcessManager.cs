using System.Diagnostics;
using System.Security.Claims;
using System.Text.Json;
using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Jobs;
using AsyncViews.Progress;
using AsyncViews.Results;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Management;

internal sealed class ProcessManager(IProcessStore store, LiveProcesses live, Owners owners, StatusChanges changes, Acceptance acceptance, Handover handover, IOptions<AsyncViewsOptions> options) : IProcessManager
{
    /// <summary>The number of processes of a user name that are read at once to be searched for an entry of metadata.</summary>
    private const int LeastRead = 500;

    public async Task<ProcessStatus?> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        (await live.ReadAsync(id, cancellationToken))?.ToStatus();

    public async Task<IReadOnlyList<ProcessFailure>> GetFailuresAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        (await store.FindAsync(id, cancellationToken))?.Failures ?? [];

    public async Task<IReadOnlyList<ProcessStatus>> ListAsync(HttpContext context, int count = 50, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return [.. (await live.ListAsync(new ProcessQuery { Count = count }, owners.AllOf(context), cancellationToken)).Select(record => record.ToStatus())];
    }

    public async Task<IReadOnlyList<ProcessStatus>> ListAllAsync(ProcessQuery? query = null, ClaimsPrincipal? owner = null, CancellationToken cancellationToken = default)
    {
        string[]? ofOwner = owner is null ? null : [Owner.OfUser(owner) ?? throw new ArgumentException("The owner must be authenticated; nobody else can be told apart by their claims.", nameof(owner))];
        return [.. (await live.ListAsync(query ?? new ProcessQuery(), ofOwner, cancellationToken)).Select(record => record.ToStatus())];
    }

    public async Task<IReadOnlyList<ProcessStatus>> ListByUserAsync(string userName, ProcessQuery? query = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(userName);
        query ??= new ProcessQuery();
        var named = query with { Metadata = new(SubmissionOrigin.UserNameKey, userName), Count = query.Metadata is null ? query.Count : Math.Max(query.Count, LeastRead) };
        List<ProcessStatus> found = [];

        // A store searches by one entry of metadata. What it finds by the name is searched here for another.
        for (IReadOnlyList<ProcessRecord> read = []; found.Count < query.Count; named = named with { After = read[^1].Id })
        {
            read = await live.ListAsync(named, owners: null, cancellationToken);
            found.AddRange(read.Select(record => record.ToStatus()).Where(status => query.Metadata is not { } entry || status.Metadata.TryGetValue(entry.Key, out var value) && value == entry.Value));
            if (read.Count < named.Count)
                break;
        }

        return [.. found.Take(query.Count)];
    }

    public IAsyncEnumerable<ProcessStatus> WatchAsync(ProcessId id, CancellationToken cancellationToken = default) => changes.WatchAsync(id, cancellationToken);

    public Task<ProcessStatus?> WaitAsync(ProcessId id, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        changes.WaitAsync(id, timeout, cancellationToken);

    /// <summary>Nobody's browser is there: a page that looks into the session finds it empty.</summary>
    private static ReadOnlyMemory<byte> WithoutBrowser { get; } = new RunSecrets("", new CapturedSession("", []), HasSession: true).Serialize();

    public async Task<SendAgainResult> SendAgainAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        // An operator, or their script, who asks twice means it once.
        var sent = await acceptance.SendAgainAsync(id, (again, kept) => Task.FromResult(again with
        {
            SubmissionKey = $"again {again.Replaces ?? id}",
            RunSecrets = kept.Request is null ? again.RunSecrets : WithoutBrowser,
        }), mayFollow: _ => true, offersAgain: false, transaction: null, share: null, cancellationToken);
        if (sent?.Accepted is { Outcome: AddOutcome.AlreadyThere, Id: { } known } && await store.FindAsync(known, cancellationToken) is { State: ProcessState.Interrupted })
            return await SendAgainAsync(known, cancellationToken);

        return sent?.Accepted.Outcome switch
        {
            null => new SendAgainResult(SendAgainOutcome.NotKept),
            AddOutcome.QueueFull => new SendAgainResult(SendAgainOutcome.QueueFull),
            AddOutcome.OwnerLimit => new SendAgainResult(SendAgainOutcome.OwnerLimit),
            AddOutcome.StoreFull => new SendAgainResult(SendAgainOutcome.StoreFull),
            AddOutcome.KeptLimit => new SendAgainResult(SendAgainOutcome.KeptLimit),
            AddOutcome.Added or AddOutcome.AlreadyThere => new SendAgainResult(SendAgainOutcome.Accepted, sent.Value.Accepted.Id),
            _ => throw new UnreachableException(),
        };
    }

    public async Task<bool> RunNowAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        if (!await store.QueueNowAsync(id, cancellationToken))
            return false;

        live.ForgetReading(id);
        await handover.ScheduleAsync(id, cancellationToken);
        return true;
    }

    public async Task<CancelOutcome> CancelAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var outcome = await store.RequestCancelAsync(id, cancellationToken);
        live.Cancel(id);
        if (outcome == CancelOutcome.Canceled)
            await handover.CancelAsync(id);
        return outcome;
    }

    public async Task<ProcessResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await store.OpenResultAsync(id, cancellationToken) is { } stored ? RecordedResponse.Of(stored).Open(stored.Body) : null;

    public async Task<TResult?> GetResultAsync<TResult>(ProcessId id, CancellationToken cancellationToken = default)
    {
        await using var result = await OpenResultAsync(id, cancellationToken);
        return await ReadAsync<TResult>(result, cancellationToken);
    }

    private static async Task<TResult?> ReadAsync<TResult>(ProcessResult? result, CancellationToken cancellationToken) =>
        result is null or { StatusCode: StatusCodes.Status204NoContent } ? default
            : await JsonSerializer.DeserializeAsync<TResult>(result.Body, JobArguments.OfResults, cancellationToken);

    public async Task<IReadOnlyList<ProcessId>> GetPredecessorsAsync(ProcessId id, CancellationToken cancellationToken = default) => await store.ListPredecessorsAsync(id, cancellationToken);

    public async Task<IReadOnlyList<TResult?>> GetResultsAsync<TResult>(ProcessId id, CancellationToken cancellationToken = default)
    {
        List<TResult?> results = [];
        foreach (var predecessor in await store.ListPredecessorsAsync(id, cancellationToken))
        {
            await using var result = await OpenResultAsync(predecessor, cancellationToken);
            if (result is null && await store.FindAsync(predecessor, cancellationToken) is null or { State: ProcessState.Succeeded })
                throw new InvalidOperationException($"The result of the job {predecessor} is not kept any more.");
            results.Add(await ReadAsync<TResult>(result, cancellationToken));
        }

        return results;
    }

    public async Task<GroupStatus?> GetGroupAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(reference);
        return await store.FindGroupAsync(reference, owners: null, cancellationToken);
    }

    public async Task<int> CancelGroupAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(reference);
        var asked = 0;

        // The last goes first, since the end of one would also end those that follow it.
        foreach (var id in (await store.ListMembersAsync(reference, cancellationToken)).Reverse())
            asked += await CancelAsync(id, cancellationToken) is CancelOutcome.Canceled or CancelOutcome.Requested ? 1 : 0;
        return asked;
    }

    public async Task<bool> RemoveGroupAsync(string reference, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(reference);
        var members = await store.ListMembersAsync(reference, cancellationToken);
        var removed = await store.RemoveGroupAsync(reference, cancellationToken);
        foreach (var id in members)
            live.ForgetReading(id);
        return removed;
    }

    public async Task<SendOutcome> SendAsync<TMessage>(ProcessId id, TMessage message, CancellationToken cancellationToken = default)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message);
        if (json.Length > options.Value.MaxMessageBytes)
            throw new ArgumentException($"The message has {json.Length} bytes of JSON; MaxMessageBytes allows {options.Value.MaxMessageBytes}.", nameof(message));

        var outcome = await store.SendAsync(id, json, cancellationToken);
        live.Find(id)?.NoteMessage();
        return outcome;
    }

    public async Task<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        await CancelAsync(id, cancellationToken);
        var removed = await store.RemoveAsync(id, cancellationToken);
        live.ForgetReading(id);
        return removed;
    }
}
