using System.Globalization;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Attempts that are tried again, when, and when no more.</summary>
public sealed class RetryTests
{
    private readonly FakeTimeProvider _time = Clock.Start();

    [Fact]
    public async Task Job_ThatFailsTwice_SucceedsAtTheThirdAttemptAndKeepsBothFailures()
    {
        await using var site = await JobSite.StartAsync(
            (text, process, token) =>
            {
                process.ReportProgress(80, "nearly");
                return FailUntil(3)(text, process, token);
            },
            setup => setup.Time = _time);
        var id = await site.Jobs().ScheduleAsync(new Errand(1));

        await site.StateOfAsync(id, ProcessState.Scheduled);
        (await site.Processes.GetStatusAsync(id))!.ShouldSatisfyAllConditions(
            status => status.Attempt.ShouldBe(1),
            status => status.Priority.ShouldBe(4),
            status => status.Progress.ShouldBe(ProcessProgress.None),
            status => status.NotBefore.ShouldNotBeNull().ShouldBe(_time.GetUtcNow().AddSeconds(60), TimeSpan.FromSeconds(6)));
        (await site.Processes.GetFailuresAsync(id)).ShouldHaveSingleItem().Error.ShouldContain("   at ");
        var end = await EndAsync(site, id);

        end.State.ShouldBe(ProcessState.Succeeded);
        end.Attempt.ShouldBe(3);
        end.Priority.ShouldBe(3);
        var failures = await site.Processes.GetFailuresAsync(id);
        failures.Select(failure => failure.Attempt).ShouldBe([1, 2]);
        failures[1].Error.ShouldContain("attempt 2");
        site.Log.Entries.Count(entry => entry.Level == LogLevel.Warning && entry.Message.Contains(id.ToString())).ShouldBe(2);
    }

    [Fact]
    public async Task Job_ThatFailsAlways_EndsAfterItsLastAttempt()
    {
        await using var site = await JobSite.StartAsync(FailUntil(int.MaxValue), setup => setup.Time = _time);

        var poison = await EndAsync(site, await site.Jobs().ScheduleAsync(new Errand(1)));
        var twice = await EndAsync(site, await site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { MaxAttempts = 2 }));
        var once = await EndAsync(site, await site.Jobs().ScheduleAsync(new Order("x")));

        poison.ShouldSatisfyAllConditions(
            end => end.State.ShouldBe(ProcessState.Failed), end => end.Attempt.ShouldBe(3), end => end.Error.ShouldNotBeNull().ShouldContain("attempt 3"));
        (twice.State, twice.Attempt).ShouldBe((ProcessState.Failed, 2));
        (once.State, once.Attempt).ShouldBe((ProcessState.Failed, 1));
    }

    [Fact]
    public async Task Job_ThatIsSentAgain_HasThePriorityOfItsFirstAttempt()
    {
        await using var site = await JobSite.StartAsync(FailUntil(int.MaxValue), setup => setup.Time = _time);
        var failed = await EndAsync(site, await site.Jobs().ScheduleAsync(new Errand(1), new ScheduleOptions { Priority = 1 }));
        failed.Priority.ShouldBe(0);

        var again = (await site.Processes.SendAgainAsync(failed.Id)).Id.ShouldNotBeNull();

        await site.StateOfAsync(again, ProcessState.Scheduled);
        (await site.Processes.GetStatusAsync(again))!.Priority.ShouldBe(0);
        site.Services.GetRequiredService<JobScript>().Run = (_, _, _) => Task.FromResult<object?>(null);
    }

    [Fact]
    public async Task Job_WhosePolicyDecidesAgainstIt_FailsAtOnce()
    {
        await using var site = await JobSite.StartAsync(configure: setup =>
        {
            setup.Time = _time;
            setup.Services = services => services.AddAsyncViews().AddJob<PickyJob>("picky");
        });

        var hopeless = await EndAsync(site, await site.Jobs().ScheduleAsync(new Picky("hopeless")));
        var broken = await EndAsync(site, await site.Jobs().ScheduleAsync(new Picky("policy")));
        var worth = await EndAsync(site, await site.Jobs().ScheduleAsync(new Picky("again")));

        (hopeless.State, hopeless.Attempt).ShouldBe((ProcessState.Failed, 1));
        (broken.State, broken.Attempt).ShouldBe((ProcessState.Failed, 1));
        (worth.State, worth.Attempt).ShouldBe((ProcessState.Succeeded, 2));
    }

    [Fact]
    public async Task Job_WhoseOwnTimeRanOut_IsTriedAgain()
    {
        await using var site = await JobSite.StartAsync(
            (_, process, _) => process.Attempt == 1 ? throw new TaskCanceledException("The request was canceled due to the configured HttpClient.Timeout.") : Task.FromResult<object?>(null),
            setup => setup.Time = _time);

        var end = await EndAsync(site, await site.Jobs().ScheduleAsync(new Errand(1)));

        (end.State, end.Attempt).ShouldBe((ProcessState.Succeeded, 2));
    }

    [Fact]
    public async Task Job_WhoseResultCannotBeKept_IsNotDoneTwice()
    {
        await using var site = await JobSite.StartAsync((_, _, _) => Task.FromResult<object?>(typeof(string)), setup => setup.Time = _time);

        var end = await EndAsync(site, await site.Jobs().ScheduleAsync(new Order("x"), new ScheduleOptions { MaxAttempts = 3 }));

        (end.State, end.Attempt).ShouldBe((ProcessState.Failed, 1));
    }

    [Fact]
    public async Task Job_ThatFailsWhileItIsToStop_IsNotTriedAgain()
    {
        var gate = new Gate();
        await using var site = await JobSite.StartAsync(
            async (_, _, token) =>
            {
                await Should.ThrowAsync<OperationCanceledException>(() => gate.PassAsync(token));
                throw new ArithmeticException("in the middle");
            },
            setup => setup.Time = _time);
        var id = await site.Jobs().ScheduleAsync(new Errand(1));
        await gate.Entered;

        (await site.Processes.CancelAsync(id)).ShouldBe(CancelOutcome.Requested);

        var end = await EndAsync(site, id);
        (end.State, end.Attempt).ShouldBe((ProcessState.Failed, 1));
    }

    [Fact]
    public async Task Cancel_WhileItWaitsForItsNextAttempt_EndsIt()
    {
        await using var site = await JobSite.StartAsync(FailUntil(int.MaxValue), setup => setup.Time = _time);
        var id = await site.Jobs().ScheduleAsync(new Errand(1));
        await site.StateOfAsync(id, ProcessState.Scheduled);

        (await site.Processes.CancelAsync(id)).ShouldBe(CancelOutcome.Canceled);

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Canceled);
    }

    [Fact]
    public async Task Page_ThatIsTriedAgain_SaysSoOnItsWaitingPageAndShowsTheResultAtLast()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = _time;
            setup.Run = (page, process, _) => process.Attempt == 1 ? throw new TimeoutException("first") : Task.FromResult<Microsoft.AspNetCore.Mvc.IActionResult>(page.Content("at last"));
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Retried", ("Text", "x"));
        await site.StateOfAsync(submitted.Id, ProcessState.Scheduled);

        var waiting = await browser.OpenAsync(submitted.Processing);
        await EndAsync(site, submitted.Id);

        waiting.QuerySelector("#av-status").ShouldNotBeNull().TextContent.Trim().ShouldBe("Waiting to retry");
        waiting.QuerySelector("#av-poll").ShouldNotBeNull().TextContent.ShouldContain("Starts at:");
        var times = waiting.QuerySelectorAll("time[datetime$='Z']").Select(time => DateTimeOffset.Parse(time.GetAttribute("datetime")!, CultureInfo.InvariantCulture)).ToArray();
        times.Length.ShouldBe(2);
        (times[1] - times[0]).ShouldBe(new AsyncViewsOptions().ResultRetention, "its result is kept for a day after its next start at least");
        (await submitted.ReadResultAsync()).ShouldBe("at last");
    }

    private static Func<string, ProcessContext, CancellationToken, Task<object?>> FailUntil(int attempt) => (_, process, _) =>
        process.Attempt < attempt ? throw new TimeoutException($"attempt {process.Attempt}") : Task.FromResult<object?>(null);

    private async Task<ProcessStatus> EndAsync(Site site, ProcessId id)
    {
        await Eventually.BeTrueAsync(
            async () =>
            {
                _time.Advance(TimeSpan.FromSeconds(10));
                return (await site.Processes.GetStatusAsync(id))!.IsEnded;
            },
            $"the end of {id}");
        return (await site.Processes.GetStatusAsync(id))!;
    }

    private sealed record Picky(string Kind);

    private sealed class OnTimeoutsAttribute() : RetryOnFailureAttribute(5)
    {
        public override bool ShouldRetry(Exception exception, int failures) =>
            exception.Message == "policy" ? throw new InvalidOperationException("The policy itself is broken.") : exception is TimeoutException;
    }

    [OnTimeouts]
    private sealed class PickyJob : IJob<Picky>
    {
        public Task RunAsync(Picky args, ProcessContext process, CancellationToken cancellationToken) => args.Kind switch
        {
            "again" when process.Attempt > 1 => Task.CompletedTask,
            "again" => throw new TimeoutException(),
            _ => throw new ArithmeticException(args.Kind),
        };
    }
}
