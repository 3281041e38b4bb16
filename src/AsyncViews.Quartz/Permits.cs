using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AsyncViews.Storage;
using Quartz;

namespace AsyncViews.Quartz;

/// <summary>
/// The permits that the nodes share: triggers, each of which lets one node run what is next. A permit is made for a process and
/// does not belong to it: the store chooses what runs.
/// </summary>
internal sealed class Permits(SharedScheduler scheduler, IProcessStore store, TimeProvider time)
{
    /// <summary>The number of permits for a type that may wait: each node finds one for each of its workers, and then a permit lasts until nothing waits.</summary>
    public const int Enough = 200;

    /// <summary>Nothing of the application's own schedule begins like this.</summary>
    public const string Prefix = "asyncviews/";

    private const string PatientPrefix = "asyncviews/anonymous/";

    /// <summary>Quartz keeps no more than 200 characters of the name of an execution group.</summary>
    private const int LongestName = 150;

    /// <summary>A node whose clock is behind by less takes at once what another lets run at once.</summary>
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    /// <summary>The clock that compares times in milliseconds must not be earlier than the store's.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

    /// <summary>The execution group of the permits for processes of a type.</summary>
    public static string GroupOf(ProcessType type) => Prefix + NameOf(type);

    /// <summary>The execution group of those that wait until a node has room for anonymous people.</summary>
    public static string PatientGroupOf(ProcessType type) => PatientPrefix + NameOf(type);

    public static bool IsPatient(string group) => group.StartsWith(PatientPrefix, StringComparison.Ordinal);

    /// <summary>Lets a process of this type run when it is due.</summary>
    public ValueTask AddAsync(ProcessType type, DateTimeOffset? due = null, CancellationToken cancellationToken = default) =>
        AddAsync(GroupOf(type), due is { } at ? Later(at) : LongDue, cancellationToken);

    /// <summary>Gives back a permit that this node could not use.</summary>
    /// <param name="group">Its execution group.</param>
    /// <param name="isPatient">Whether it is to wait until a node has room for anonymous people.</param>
    public async ValueTask GiveBackAsync(string group, bool isPatient)
    {
        var name = group[(IsPatient(group) ? PatientPrefix : Prefix).Length..];
        await AddAsync((isPatient ? PatientPrefix : Prefix) + name, LongDue, CancellationToken.None);
        store.Announce(new ProcessChange(ProcessChangeKind.Waiting));
    }

    /// <summary>Makes sure that permits can be written: an operator may have emptied Quartz's tables.</summary>
    public async Task MakeUsableAsync(CancellationToken cancellationToken) => await PermitJob.AddToAsync(await scheduler.GetAsync(cancellationToken), cancellationToken);

    /// <summary>Returns how many permits are to wait for so many processes of a type.</summary>
    public int CountWanted(int processes) => scheduler.IsOwned ? Math.Min(processes, Enough) : processes;

    /// <summary>Counts the permits for processes of this type that are due, and have not fired, those that wait for room among them.</summary>
    public async Task<int> CountAsync(ProcessType type, CancellationToken cancellationToken) =>
        await CountAsync(GroupOf(type), state: null, cancellationToken) + await CountAsync(PatientGroupOf(type), state: null, cancellationToken);

    /// <summary>Counts the permits for processes of this type that will fire as soon as a node has a worker free.</summary>
    public Task<int> CountReadyAsync(ProcessType type) => CountAsync(GroupOf(type), TriggerState.Normal, CancellationToken.None);

    /// <summary>Removes permits that Quartz has set aside, because a node could not make their job: it never fires them again. Paused ones are left, since those that replaced them would be paused, too.</summary>
    public async Task RemoveFailedAsync(CancellationToken cancellationToken)
    {
        var quartz = await scheduler.GetAsync(cancellationToken);
        var query = new TriggerQuery { Group = GroupMatcher<TriggerKey>.GroupStartsWith(Prefix), State = TriggerState.Error };
        if ((await quartz.QueryTriggers(query, cancellationToken)).Items is { Count: > 0 } failed)
            await quartz.UnscheduleJobs([.. failed.Select(permit => permit.Key)], cancellationToken);
    }

    /// <summary>Tells whether a permit, which has just fired, was made for a process that waited for a time.</summary>
    public bool IsPlanned(ITrigger permit) => permit.StartTimeUtc > LongDue;

    private static DateTimeOffset Later(DateTimeOffset at) => at < DateTimeOffset.MaxValue - Rounding ? at + Rounding : at;

    private DateTimeOffset LongDue => time.GetUtcNow() - ClockTolerance;

    /// <summary>The group of the trigger is the execution group, too: one is counted, and of a permit that a node had when it died, only the other is left.</summary>
    private async ValueTask AddAsync(string group, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var trigger = TriggerBuilder.Create(time)
            .WithIdentity(Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture), group)
            .ForJob(PermitJob.Key)
            .WithExecutionGroup(group)
            .StartAt(due)
            .WithSimpleSchedule(schedule => schedule.WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires))
            .Build();
        await (await scheduler.GetAsync(cancellationToken)).ScheduleJob(trigger, cancellationToken: cancellationToken);
    }

    private async Task<int> CountAsync(string group, TriggerState? state, CancellationToken cancellationToken)
    {
        var query = new TriggerQuery
        {
            Group = GroupMatcher<TriggerKey>.GroupEquals(group),
            State = state,
            NextFireTimeBefore = time.GetUtcNow() + Rounding,
            Take = 0,
            IncludeTotalCount = true,
        };
        return (await (await scheduler.GetAsync(cancellationToken)).QueryTriggers(query, cancellationToken)).TotalCount ?? 0;
    }

    private static string NameOf(ProcessType type)
    {
        var name = type.ToString();
        return name.Length <= LongestName ? name : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
    }
}
