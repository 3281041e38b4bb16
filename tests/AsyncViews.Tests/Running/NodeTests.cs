using System.Net;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Running;

/// <summary>Several nodes at one store: what one of them does reaches the others.</summary>
public class NodeTests
{
    [Fact]
    public async Task Nodes_OnOneMachine_AreNotTheSame()
    {
        await using var one = await Site.StartAsync();
        await using var other = await Site.StartAsync();

        one.Services.GetRequiredService<Node>().Name.ShouldNotBe(other.Services.GetRequiredService<Node>().Name);
    }

    [Fact]
    public async Task Cancel_OnAnotherNode_StopsTheRun()
    {
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Time = null;
            setup.Services = ElsewhereStore.Install;
            setup.Options = options => options.Lease = TimeSpan.FromSeconds(1);
        });

        (await ElsewhereStore.Of(run.Site).Shared.RequestCancelAsync(run.Submitted.Id)).ShouldBe(CancelOutcome.Requested);

        (await run.Submitted.EndAsync()).ShouldBe("canceled");
    }

    [Fact]
    public async Task Cancel_ThatTheStoreTells_StopsTheRunAtOnce()
    {
        await using var run = await StartAtAsync(Clock.Start());
        var store = ElsewhereStore.Of(run.Site);

        await store.Shared.RequestCancelAsync(run.Submitted.Id);
        store.Say(ProcessChangeKind.CancelRequested, run.Submitted.Id);

        await Eventually.BeTrueAsync(() => run.Process.CancellationToken.IsCancellationRequested, "the signal to the run");
    }

    [Fact]
    public async Task Report_OfARunThatAnotherHasTakenOver_StopsItAndItWritesNothingMore()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Services = ElsewhereStore.Install);
        var (id, store) = (run.Submitted.Id, ElsewhereStore.Of(run.Site).Shared);
        (await store.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Interrupted))).ShouldBeTrue();
        var ended = await store.FindAsync(id);

        run.Process.ReportProgress(50, "too late");

        await Eventually.BeTrueAsync(() => run.Process.CancellationToken.IsCancellationRequested, "the signal to the lost run");
        await Eventually.BeTrueAsync(() => run.Site.Log.Entries.Any(entry => entry.Message.Contains($"{id} came too late")), "the end of the lost run");
        (await store.FindAsync(id)).ShouldBe(ended);
        (await run.Site.Processes.GetStatusAsync(id))!.State.ShouldBe(ProcessState.Interrupted);
    }

    [Fact]
    public async Task Heartbeat_OfARunThatIsRemovedElsewhere_StopsIt()
    {
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Time = null;
            setup.Services = ElsewhereStore.Install;
            setup.Options = options => options.Lease = TimeSpan.FromSeconds(1);
        });

        await ElsewhereStore.Of(run.Site).Shared.RemoveAsync(run.Submitted.Id);

        await Eventually.BeTrueAsync(() => run.Process.CancellationToken.IsCancellationRequested, "the signal to the lost run");
    }

    /// <summary>Time stands still: only what the store tells can end the waiting.</summary>
    [Fact]
    public async Task Watch_OfWhatRunsElsewhere_SeesEveryChangeThatTheStoreTells()
    {
        await using var run = await StartAtAsync(Clock.Start(), options => options.MaxConcurrentRuns = 1);
        var store = ElsewhereStore.Of(run.Site);
        var queued = (await run.Browser.SubmitAsync("/Work", ("Text", "queued"))).Id;
        await using var seen = run.Site.Processes.WatchAsync(queued).GetAsyncEnumerator();
        (await NextAsync()).State.ShouldBe(ProcessState.Queued);

        var claim = (await store.Shared.ClaimAsync(queued, new HashSet<ProcessType> { ProcessType.OfPage("/Work") })).ShouldNotBeNull();
        store.Say(ProcessChangeKind.Turned, queued);
        (await NextAsync()).State.ShouldBe(ProcessState.Running);

        await store.Shared.ReportAsync(queued, claim.Record.Fence, new ProcessProgress(40), claim.Record.Version + 1);
        store.Say(ProcessChangeKind.Reported, queued);
        (await NextAsync()).Progress.Percent.ShouldBe(40);

        await store.Shared.ReportAsync(queued, claim.Record.Fence, new ProcessProgress(60), claim.Record.Version + 2);
        store.Say(ProcessChangeKind.Unknown);
        (await NextAsync()).Progress.Percent.ShouldBe(60);

        await store.Shared.FinishAsync(queued, claim.Record.Fence, new ProcessOutcome(ProcessState.Failed));
        store.Say(ProcessChangeKind.Ended, queued);
        (await NextAsync()).State.ShouldBe(ProcessState.Failed);

        async Task<ProcessStatus> NextAsync()
        {
            (await seen.MoveNextAsync().AsTask().Soon("the next change")).ShouldBeTrue();
            return seen.Current;
        }
    }

    /// <summary>Time stands still: what was read is never too old.</summary>
    [Theory]
    [InlineData("application/json", HttpStatusCode.Conflict)]
    [InlineData("text/html", HttpStatusCode.InternalServerError)]
    public async Task Result_OfWhatHasEndedElsewhereSinceItWasRead_IsThatOfTheEnd(string accept, HttpStatusCode expected)
    {
        await using var run = await StartAtAsync(Clock.Start(), options => options.MaxConcurrentRuns = 1);
        var store = ElsewhereStore.Of(run.Site).Shared;
        var queued = await run.Browser.SubmitAsync("/Work", ("Text", "queued"));
        var claim = (await store.ClaimAsync(queued.Id, new HashSet<ProcessType> { ProcessType.OfPage("/Work") })).ShouldNotBeNull();
        (await queued.StatusAsync()).GetProperty("state").GetString().ShouldBeOneOf("queued", "running");
        (await store.FinishAsync(queued.Id, claim.Record.Fence, new ProcessOutcome(ProcessState.Failed))).ShouldBeTrue();

        using var result = await run.Browser.GetAsync(queued.Result, ("Accept", accept));

        result.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Waiting_ThatTheStoreTells_IsRunHere()
    {
        await using var site = await JobSite.StartAsync(configure: setup =>
        {
            setup.Time = Clock.Start();
            setup.Services = ElsewhereStore.Install;
        });
        await using var client = await JobSite.StartAsync(configure: setup => setup.Services = services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IProcessStore>(ElsewhereStore.Of(site).Shared));
            services.Replace(ServiceDescriptor.Singleton<IProcessEngine, PermitEngine>());
        });
        var id = await client.Jobs().ScheduleAsync(new Order("accepted elsewhere"));

        ElsewhereStore.Of(site).Say(ProcessChangeKind.Waiting);

        (await client.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    private static Task<HeldRun> StartAtAsync(TimeProvider time, Action<AsyncViewsOptions>? options = null) => HeldRun.StartAsync(configure: setup =>
    {
        setup.Time = time;
        setup.Services = ElsewhereStore.Install;
        setup.Options = options;
    });
}
