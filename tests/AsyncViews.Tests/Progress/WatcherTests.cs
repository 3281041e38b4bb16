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
        var time = new ManualTimeProvider();
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
    public async Task Polls_OfAProcessThatRunsHere_DoNotAskTheStore()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Services = CountingStore.Install);

        await ShouldAskAsync(run, run.Submitted, "running", times: 0);
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
