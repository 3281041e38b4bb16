using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Jobs that wait for a time, and those that are called off.</summary>
public sealed class SchedulingTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = Clock.Start();
    private Site? _site;

    private Site Site => _site!;

    public async ValueTask InitializeAsync() => _site = await JobSite.StartAsync(configure: setup => setup.Time = _time);

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    [Fact]
    public async Task Job_NotBeforeATime_RunsWhenItHasCome()
    {
        var id = await Site.Jobs().ScheduleAsync(new Order("later"), new ScheduleOptions { NotBefore = _time.GetUtcNow().AddHours(3) });
        _time.Advance(TimeSpan.FromHours(2));
        (await Site.Processes.GetStatusAsync(id))!.ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Scheduled),
            status => status.NotBefore.ShouldBe(_time.GetUtcNow().AddHours(1)));

        _time.Advance(TimeSpan.FromHours(1));

        (await EndAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Job_NotBeforeATime_DoesNotWaitForASweep()
    {
        await using var site = await JobSite.StartAsync(configure: setup =>
        {
            setup.Time = _time;
            setup.Options = options => options.SweepInterval = TimeSpan.FromHours(1);
        });

        var id = await site.Jobs().ScheduleAsync(new Order("soon"), new ScheduleOptions { NotBefore = _time.GetUtcNow().AddSeconds(2) });

        (await EndAsync(id, site)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Job_ThatIsNotStartedInTime_IsMissedWithTheReason()
    {
        var id = await Site.Jobs().ScheduleAsync(new Order("late"), new ScheduleOptions { StartBefore = _time.GetUtcNow().AddSeconds(-1) });

        (await EndAsync(id)).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Missed),
            status => status.Reason.ShouldNotBeNull().Arguments.ShouldHaveSingleItem().ShouldStartWith("2030-01-01 11:59:59"));
        Site.Services.GetRequiredService<JobScript>().Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Deschedule_OfEqualArguments_CancelsTheseOnly()
    {
        var later = new ScheduleOptions { NotBefore = _time.GetUtcNow().AddHours(1) };
        var one = await Site.Jobs().ScheduleAsync(new Order("nightly"), later);
        var same = await Site.Jobs().ScheduleAsync(new Order("nightly"), later with { Priority = 9 });
        var other = await Site.Jobs().ScheduleAsync(new Order("weekly"), later);
        var named = await Site.Jobs().ScheduleAsync(new Order("nightly"), later with { Identity = "mine" });

        (await Site.Jobs().DescheduleAsync(new Order("nightly"))).ShouldBe(2);
        (await Site.Jobs().DescheduleIdentityAsync("mine")).ShouldBe(1);
        (await Site.Jobs().DescheduleAsync(new Order("nightly"))).ShouldBe(0);

        foreach (var id in (ProcessId[])[one, same, named])
            (await Site.Processes.GetStatusAsync(id))!.State.ShouldBe(ProcessState.Canceled);
        (await Site.Processes.GetStatusAsync(other))!.State.ShouldBe(ProcessState.Scheduled);
    }

    [Fact]
    public async Task Deschedule_OfWhatWasSentAgain_FindsIt()
    {
        Site.Services.GetRequiredService<JobScript>().Run = (_, _, _) => throw new ArithmeticException();
        var failed = await Site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { Identity = "mine", MaxAttempts = 2 });
        await Eventually.BeTrueAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                return (await Site.Processes.GetStatusAsync(failed))!.IsEnded;
            },
            "both attempts");

        var again = (await Site.Processes.SendAgainAsync(failed)).Id.ShouldNotBeNull();
        await Eventually.BeTrueAsync(async () => (await Site.Processes.GetStatusAsync(again))!.State == ProcessState.Scheduled, "its next attempt to be due");

        (await Site.Jobs().DescheduleIdentityAsync("mine")).ShouldBe(1);
        (await Site.Processes.GetStatusAsync(again))!.State.ShouldBe(ProcessState.Canceled);
    }

    [Fact]
    public async Task SendAgain_ByAnOperatorWhoAsksTwice_IsOneProcess()
    {
        Site.Services.GetRequiredService<JobScript>().Run = (text, _, _) => text == "x" ? throw new ArithmeticException() : Task.FromResult<object?>(null);
        var failed = await Site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { MaxAttempts = 1 });
        await Eventually.BeTrueAsync(async () => (await Site.Processes.GetStatusAsync(failed))!.IsEnded, "its failure");
        var held = new TaskCompletionSource<object?>();
        Site.Services.GetRequiredService<JobScript>().Run = (_, _, _) => held.Task;

        var again = (await Site.Processes.SendAgainAsync(failed)).Id;
        var twice = (await Site.Processes.SendAgainAsync(failed)).Id;

        twice.ShouldBe(again.ShouldNotBeNull());
        (await Site.Processes.ListAllAsync()).Count.ShouldBe(2);
        await Eventually.BeTrueAsync(async () => (await Site.Processes.GetStatusAsync(again.Value))!.State == ProcessState.Running, "its run");
        await Site.Services.GetRequiredService<IProcessStore>().FinishAsync(again.Value, 1, new ProcessOutcome(ProcessState.Interrupted));
        (await Site.Processes.SendAgainAsync(failed)).Id.ShouldNotBe(again, "what was interrupted is sent again in its turn");
        held.SetResult(null);
    }

    [Fact]
    public async Task Wait_UntilTheDeadline_TellsHowFarItHasCome()
    {
        var id = await Site.Jobs().ScheduleAsync(new Order("later"), new ScheduleOptions { NotBefore = _time.GetUtcNow().AddHours(1) });

        var waiting = Site.Processes.WaitAsync(id, TimeSpan.FromMinutes(1));
        await Eventually.BeTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                return waiting.IsCompleted;
            },
            "the deadline");

        (await waiting)!.State.ShouldBe(ProcessState.Scheduled);
        (await Site.Processes.WaitAsync(ProcessId.New(), TimeSpan.FromMinutes(1))).ShouldBeNull();
    }

    /// <summary>The clock stands still, and with it what asks again after a while.</summary>
    private async Task<ProcessStatus> EndAsync(ProcessId id, Site? of = null)
    {
        var processes = (of ?? Site).Processes;
        await Eventually.BeTrueAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                return (await processes.GetStatusAsync(id))!.IsEnded;
            },
            $"the end of {id}");
        return (await processes.GetStatusAsync(id))!;
    }
}
