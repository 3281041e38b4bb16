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
    JobTypes jobs, IProcessStore store, Acceptance acceptance, Handover handover, LiveProcesses live, Owners owners, Cultures cultures, IHttpContextAccessor requests, IProcessContextAccessor processes) : IJobScheduler
{
    private const int MaxEntries = 32;
    private const int LongestKey = 100;
    private const int LongestValue = 1000;

    private static readonly ScheduleOptions AsSoonAsPossible = new();

    public Task<ProcessId> ScheduleAsync<TArgs>(TArgs args, ScheduleOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(args);
        return ScheduleAsync(jobs.Of(typeof(TArgs)), args, options, cancellationToken);
    }

    /// <param name="job">The job.</param>
    /// <param name="arguments">Arguments of its type.</param>
    /// <param name="options">When and how it runs; null for as soon as possible.</param>
    /// <param name="cancellationToken">Cancels the call before the job is accepted.</param>
    /// <param name="id">The id that it is known by beforehand, so that it is accepted once, whoever schedules it; null for a new one.</param>
    public async Task<ProcessId> ScheduleAsync(JobType job, object arguments, ScheduleOptions? options, CancellationToken cancellationToken, ProcessId? id = null)
    {
        options ??= AsSoonAsPossible;
        Check(options);
        var args = job.Write(arguments);
        var (sender, user) = SenderOf(options);
        var metadata = MetadataOf(options);
        var origin = new SubmissionOrigin { Title = options.Title ?? job.TitleOf(arguments), UserName = Owner.NameOf(user), Metadata = metadata.Count == 0 ? null : metadata };
        var identity = options.Identity is { } name ? Named(name) : IdentityOf(job, args);
        await using var body = store.CreateContent();
        await body.WriteAsync(args, cancellationToken);
        var accepted = await acceptance.AddAsync(new NewProcess
        {
            Id = id ?? ProcessId.New(),
            SubmissionKey = id is null ? null : $"job {id}",
            Type = job.ProcessType,
            Owner = sender.Owner,
            Lane = sender.Lane,
            IsAnonymous = sender.IsAnonymous,
            Terms = TermsOf(job, options),
            Identity = identity,
            IsLimited = false,
            Metadata = origin.SearchEntries(),
            Origin = origin.Serialize(),
            Submission = (Submission.Capture(user, cultures) with { Identity = identity, Priority = options.Priority }).Serialize(),
            Body = body,
        }, transaction: options.Transaction);
        return accepted.Id!.Value;
    }

    public Task<int> DescheduleAsync<TArgs>(TArgs args, CancellationToken cancellationToken = default)
    {
        var job = jobs.Of(typeof(TArgs));
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
        Within(options.Priority, 0, nameof(ScheduleOptions.Priority));
        Within(options.MaxAttempts ?? 1, 1, nameof(ScheduleOptions.MaxAttempts));
        Within(options.MaxStarts ?? 1, 1, nameof(ScheduleOptions.MaxStarts));
        if (options.StartBefore <= options.NotBefore)
            throw new ArgumentException("StartBefore must be later than NotBefore; otherwise the job could never start.", nameof(options));
        if (options.Owner is not null && Owner.OfUser(options.Owner) is null)
            throw new ArgumentException("The owner must be authenticated; otherwise nobody could prove to be the owner.", nameof(options));

        static void Within(int value, int least, string name) =>
            _ = value >= least && value <= 100 ? value : throw new ArgumentOutOfRangeException(name, value, $"Must be from {least} to 100.");
    }

    private static Dictionary<string, string> MetadataOf(ScheduleOptions options)
    {
        var metadata = options.Metadata?.ToDictionary() ?? [];
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
