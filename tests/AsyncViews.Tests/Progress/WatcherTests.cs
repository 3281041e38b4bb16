using System.Net;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Progress;

/// <summary>However many watch, the store is hardly asked.</summary>
public sealed class WatcherTests
{
    private const int Watchers = 200;

    [Fact]
    public async Task Polls_OfAQueuedProcessWithinASecond_AskTheStoreOnce()
    {
        var time = Clock.Start();
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Time = time;
            setup.Options = options => options.MaxConcurrentRuns = 1;
            setup.Services = CountingStore.Install;
        });
        var queued = await run.Browser.SubmitAsync("/Work");

        await ShouldAskAsync(run, queued, "queued", times: 1);

        time.Advance(TimeSpan.FromSeconds(1));
        await ShouldAskAsync(run, queued, "queued", times: 1);
    }

    [Fact]
    public async Task Poll_OfAForgedIdWhileTheStoreIsAway_LeavesNothingBehind()
    {
        await using var site = await Site.StartAsync(setup => (setup.Time, setup.Services) = (Clock.Start(), CountingStore.Install));
        using var browser = site.Browse();
        var address = $"/Work?handler=completed&process_id={ProcessId.New()}";
        CountingStore.Of(site).IsAway = true;
        (await browser.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        CountingStore.Of(site).IsAway = false;

        (await browser.GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>Somebody looks for a process before its run begins here, and is answered when the end of the run is stored.</summary>
    [Fact]
    public async Task Status_OfARunThatBeginsAndEndsMeanwhile_DoesNotGoBack()
    {
        var (claimed, looked, ended) = (new Gate(), new Gate(), new Gate());
        await using var site = await Site.StartAsync(setup => setup.Services = CountingStore.Install);
        using var browser = site.Browse();
        var store = CountingStore.Of(site);
        (store.Claimed, store.Ended) = (claimed, ended);
        var submitted = await browser.SubmitAsync("/Work");
        await claimed.Entered;
        store.Looked = looked;
        var reading = site.Processes.GetStatusAsync(submitted.Id);
        await looked.Entered;
        claimed.Open();
        await ended.Entered;
        looked.Open();

        (await reading)!.State.ShouldBe(ProcessState.Running);
        (await site.Processes.GetStatusAsync(submitted.Id))!.State.ShouldBe(ProcessState.Running);

        ended.Open();
        await submitted.EndAsync();
    }

    [Fact]
    public async Task Polls_OfAProcessThatRunsHere_DoNotAskTheStore()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Services = CountingStore.Install);

        await ShouldAskAsync(run, run.Submitted, "running", times: 0);
    }

    [Fact]
    public async Task HeldPolls_OfAQueuedProcess_AskTheStoreOnceASecondTogether()
    {
        var time = Clock.Start();
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Time = time;
            setup.Options = options =>
            {
                options.MaxConcurrentRuns = 1;
                options.PollHold = TimeSpan.FromSeconds(20);
                options.MaxHeldPollsPerOwner = Watchers;
            };
            setup.Services = CountingStore.Install;
        });
        var queued = await run.Browser.SubmitAsync("/Work");
        var polls = Enumerable.Range(0, Watchers)
            .Select(_ => run.Browser.GetAsync(queued.Completed, ("Accept", "application/json"), ("Prefer", "wait=20"))).ToArray();
        var held = run.Site.Services.GetRequiredService<AsyncViews.Progress.HeldPolls>();
        await Eventually.BeTrueAsync(() => held.Count == Watchers, "all are held");
        var store = CountingStore.Of(run.Site);
        var before = store.CallsOf(nameof(IProcessStore.FindAsync));

        for (var second = 1; second <= 5; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.BeTrueAsync(() => store.CallsOf(nameof(IProcessStore.FindAsync)) >= before + second, $"the reading of second {second}");
        }

        (store.CallsOf(nameof(IProcessStore.FindAsync)) - before).ShouldBe(5);
        run.Gate.Open();
        foreach (var poll in polls)
            (await poll.Soon("the start or the end")).Dispose();
    }

    private static async Task ShouldAskAsync(HeldRun run, Submitted submitted, string state, int times)
    {
        var store = CountingStore.Of(run.Site);
        var before = store.CallsOf(nameof(IProcessStore.FindAsync));

        await Task.WhenAll(Enumerable.Range(0, Watchers).Select(async _ =>
        {
            using var answer = await run.Browser.GetAsync(submitted.Completed, ("Accept", "application/json"));
            (await answer.JsonAsync(HttpStatusCode.OK)).GetProperty("state").GetString().ShouldBe(state);
        }));

        (store.CallsOf(nameof(IProcessStore.FindAsync)) - before).ShouldBe(times);
    }
}
