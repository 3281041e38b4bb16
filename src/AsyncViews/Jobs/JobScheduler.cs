using System.Globalization;
using System.Security.Claims;
using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Jobs;

/// <summary>The foreground of a job: checked → written as JSON → stored.</summary>
internal sealed class JobScheduler(
    JobTypes types, IProcessStore store, Acceptance acceptance, Handover handover, LiveProcesses live, Owners owners, Cultures cultures, IHttpContextAccessor requests, IProcessContextAccessor processes) : IJobScheduler
{
    private const int MaxEntries = 32;
    private const int LongestKey = 100;
    private const int LongestValue = 1000;
    private const int LongestReference = 200;

    private static readonly ScheduleOptions AsSoonAsPossible = new();

    public Task<ProcessId> ScheduleAsync<TArgs>(TArgs args, ScheduleOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        return ScheduleAsync(types.Of(typeof(TArgs)), args, options, cancellationToken);
    }

    /// <param name="job">The job.</param>
    /// <param name="arguments">Arguments of its type.</param>
    /// <param name="options">When and how it runs; null for as soon as possible.</param>
    /// <param name="cancellationToken">Cancels the call before the job is accepted.</param>
    /// <param name="id">The id that it is known by beforehand, so that it is accepted once, whoever schedules it; null for a new one.</param>
    /// <param name="idempotencyKey">The key that identifies equal calls, of which the first schedules the job, and the others return its id; null where each schedules one.</param>
    public async Task<ProcessId> ScheduleAsync(
        JobType job, object arguments, ScheduleOptions? options, CancellationToken cancellationToken, ProcessId? id = null, string? idempotencyKey = null)
    {
        options ??= AsSoonAsPossible;
        await using var body = store.CreateContent();
        var process = await MakeAsync(job, arguments, options, body, isOwn: id is not null, cancellationToken);
        if (id is { } known)
            process = process with { Id = known, SubmissionKey = $"job {known}" };
        else if (idempotencyKey is not null)
            process = process with { SubmissionKey = idempotencyKey, HasIdempotencyKey = true };
        if (process.After.Count == 0 && process.Group is null && process.AfterGroup is null)
            return (await acceptance.AddAsync(process, transaction: options.Transaction)).Id ?? process.Id;

        await AddAsync([process], options.Transaction);
        return process.Id;
    }

    public Task<IReadOnlyList<ProcessId>> ScheduleSequenceAsync(IReadOnlyList<object> steps, ScheduleOptions? options = null, CancellationToken cancellationToken = default) =>
        ScheduleTogetherAsync(steps, options, (number, added) => number == 0 ? null : [added[number - 1]], cancellationToken);

    public Task<IReadOnlyList<ProcessId>> ScheduleParallelAsync(IReadOnlyList<object> parts, object? last = null, ScheduleOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0)
            throw new ArgumentException("There are no parts.", nameof(parts));

        return ScheduleTogetherAsync(last is null ? parts : [.. parts, last], options, (number, added) => number < parts.Count ? null : added, cancellationToken);
    }

    /// <param name="jobs">The arguments of the jobs.</param>
    /// <param name="options">When and how each of them runs; null for as soon as possible.</param>
    /// <param name="predecessorsOf">The jobs that one follows, by its number and those before it; null for what the options say.</param>
    /// <param name="cancellationToken">Cancels the call before the jobs are accepted.</param>
    private async Task<IReadOnlyList<ProcessId>> ScheduleTogetherAsync(
        IReadOnlyList<object> jobs, ScheduleOptions? options, Func<int, IReadOnlyList<ProcessId>, IReadOnlyList<ProcessId>?> predecessorsOf, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(jobs);
        if (jobs.Count == 0)
            throw new ArgumentException("There are no jobs.", nameof(jobs));

        options ??= AsSoonAsPossible;
        List<NewProcess> added = [];
        List<ContentSpool> bodies = [];
        try
        {
            foreach (var args in jobs)
            {
                ArgumentNullException.ThrowIfNull(args, nameof(jobs));
                bodies.Add(store.CreateContent());
                var predecessors = predecessorsOf(added.Count, [.. added.Select(process => process.Id)]);
                var own = predecessors is null ? options : options with { After = [.. predecessors.Select(id => new Predecessor(id))], AfterGroup = null };
                added.Add(await MakeAsync(types.Of(args.GetType()), args, own, bodies[^1], isOwn: false, cancellationToken));
            }

            await AddAsync(added, options.Transaction);
            return added.ConvertAll(process => process.Id);
        }
        finally
        {
            foreach (var body in bodies)
                await body.DisposeAsync();
        }
    }

    private async Task AddAsync(IReadOnlyList<NewProcess> processes, ProcessTransaction? transaction)
    {
        switch (await acceptance.AddAllAsync(processes, transaction))
        {
            case AddOutcome.PredecessorUnknown:
                throw new ArgumentException("A process that a job is to follow is unknown. It may have been removed, or have expired.", nameof(processes));
            case AddOutcome.GroupHasStarted:
                throw new InvalidOperationException("A member of the group has started already, so nothing may join it. When all its members have ended, the same reference begins a new group.");
        }
    }

    private async Task<NewProcess> MakeAsync(JobType job, object arguments, ScheduleOptions options, ContentSpool body, bool isOwn, CancellationToken cancellationToken)
    {
        Check(options);
        var args = job.Write(arguments);
        var (sender, user) = SenderOf(options);
        var metadata = MetadataOf(options, isOwn);
        var origin = new SubmissionOrigin { Title = options.Title ?? job.TitleOf(arguments), UserName = Owner.NameOf(user), Metadata = metadata.Count == 0 ? null : metadata };
        var identity = options.Identity is { } name ? Named(name) : IdentityOf(job, args);
        await body.WriteAsync(args, cancellationToken);
        return new NewProcess
        {
            Id = ProcessId.New(),
            Type = job.ProcessType,
            Owner = sender.Owner,
            Lane = sender.Lane,
            IsAnonymous = sender.IsAnonymous,
            Terms = TermsOf(job, options),
            Identity = identity,
            IsLimited = false,
            Metadata = origin.SearchEntries(),
            After = [.. options.After.DistinctBy(predecessor => predecessor.Id)],
            AfterGroup = options.AfterGroup,
            Group = options.Group,
            Origin = origin.Serialize(),
            Submission = (Submission.Capture(user, cultures.Capture(CultureInfo.CurrentCulture), cultures.Capture(CultureInfo.CurrentUICulture)) with { Identity = identity, Priority = options.Priority }).Serialize(),
            Body = body,
        };
    }

    public Task<int> DescheduleAsync<TArgs>(TArgs args, CancellationToken cancellationToken = default)
    {
        var job = types.Of(typeof(TArgs));
        return CancelAsync(IdentityOf(job, job.Write(args)), cancellationToken);
    }

    public Task<int> DescheduleIdentityAsync(string identity, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(identity);
        return CancelAsync(Named(identity), cancellationToken);
    }

    public Task<ProcessId> StartTestJobAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(duration, TimeSpan.FromDays(1));
        return ScheduleAsync(new TestJobArgs(duration), cancellationToken: cancellationToken);
    }

    private static void Check(ScheduleOptions options)
    {
        Referred(options.Group, nameof(ScheduleOptions.Group));
        Referred(options.AfterGroup, nameof(ScheduleOptions.AfterGroup));
        if (options.Group is not null && options.Group == options.AfterGroup)
            throw new ArgumentException("A job cannot follow the group that it joins: it would wait for itself.", nameof(options));
        Within(options.Priority, 0, nameof(ScheduleOptions.Priority));
        Within(options.MaxAttempts ?? 1, 1, nameof(ScheduleOptions.MaxAttempts));
        Within(options.MaxStarts ?? 1, 1, nameof(ScheduleOptions.MaxStarts));
        if (options.StartBefore <= options.NotBefore)
            throw new ArgumentException("StartBefore must be later than NotBefore; otherwise the job could never start.", nameof(options));
        if (options.Owner is not null && Owner.OfUser(options.Owner) is null)
            throw new ArgumentException("The owner must be authenticated; otherwise nobody could prove to be the owner.", nameof(options));

        static void Referred(string? reference, string name) =>
            _ = reference is { Length: 0 or > LongestReference } ? throw new ArgumentException($"The reference has {reference.Length} characters; it must have 1 to {LongestReference}.", name) : reference;

        static void Within(int value, int least, string name) =>
            _ = value >= least && value <= 100 ? value : throw new ArgumentOutOfRangeException(name, value, $"Must be from {least} to 100.");
    }

    private static Dictionary<string, string> MetadataOf(ScheduleOptions options, bool isOwn)
    {
        var metadata = options.Metadata?.ToDictionary() ?? [];
        if (!isOwn && metadata.Keys.FirstOrDefault(key => key.StartsWith(SubmissionOrigin.OwnPrefix, StringComparison.Ordinal)) is { } reserved)
            throw new ArgumentException($"The key '{reserved}' of metadata begins with '{SubmissionOrigin.OwnPrefix}', as only keys of the library itself do.", nameof(options));
        if (metadata.Count > MaxEntries)
            throw new ArgumentException($"The metadata has {metadata.Count} entries; at most {MaxEntries} are kept.", nameof(options));
        foreach (var (key, value) in metadata)
        {
            if (key.Length is 0 or > LongestKey)
                throw new ArgumentException($"A key of metadata has {key.Length} characters; it must have 1 to {LongestKey}.", nameof(options));
            if (value is null or { Length: > LongestValue })
                throw new ArgumentException($"The metadata's value of '{key}' is {(value is null ? "null" : "too long")}; it may have at most {LongestValue} characters.", nameof(options));
        }

        return metadata;
    }

    private static RunTerms TermsOf(JobType job, ScheduleOptions options) => new()
    {
        Priority = options.Priority,
        NotBefore = options.NotBefore,
        StartBefore = options.StartBefore,
        MaxStarts = options.MaxStarts ?? job.MaxStarts,
        MaxAttempts = options.MaxAttempts ?? job.Retry?.MaxAttempts ?? 1,
    };

    private (Sender Sender, ClaimsPrincipal User) SenderOf(ScheduleOptions options)
    {
        if (options.Owner is { } user)
            return (Sender.Of(Owner.OfUser(user)!), user);

        if (processes.Process is { } process)
            return (new Sender(process.Owner, process.Lane, process.IsAnonymous), process.User);

        return requests.HttpContext is { } request ? (owners.SenderOfJob(request), request.User) : (Sender.Of(Owner.Nobody), new ClaimsPrincipal(new ClaimsIdentity()));
    }

    private async Task<int> CancelAsync(string identity, CancellationToken cancellationToken)
    {
        var canceled = await store.DescheduleAsync(identity, cancellationToken);
        foreach (var id in canceled)
        {
            live.ForgetReading(id);
            await handover.CancelAsync(id);
        }

        return canceled.Count;
    }

    private static string IdentityOf(JobType job, byte[] args) => $"args {job.Name} {JobArguments.Normalize(args, job.Args)}";

    private static string Named(string identity) => $"name {identity}";
}
