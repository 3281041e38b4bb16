using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>The processes that a node may take, their order, and the news of those that it has taken.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public async Task ClaimNext_OfEqualTime_IsByPriorityThenByTheTimeItWasScheduledForThenByArrival()
    {
        var plain = await AddedAsync(process => process);
        var late = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddMinutes(-1) } });
        var early = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddMinutes(-2) } });
        var low = await AddedAsync(process => process with { Terms = new() { Priority = 0, NotBefore = Now.AddMinutes(-3) } });
        var high = await AddedAsync(process => process with { Terms = new() { Priority = 100 } });
        var plainToo = await AddedAsync(process => process);

        (await ClaimNextAsync(2)).ShouldBe([high, early]);
        (await ClaimNextAsync(3)).ShouldBe([late, plain, plainToo]);
        (await ClaimNextAsync(10)).ShouldBe([low]);
        (await ClaimNextAsync(10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ClaimNext_OfAQueuedProcess_IsARunWithWhatWasSubmitted()
    {
        var id = await AddedAsync(body: [1, 2, 3]);
        Time.Advance(TimeSpan.FromSeconds(5));

        var run = (await Store.ClaimNextAsync(Known, 10)).ShouldHaveSingleItem();

        run.Record.ShouldSatisfyAllConditions(
            record => record.Id.ShouldBe(id),
            record => record.State.ShouldBe(ProcessState.Running),
            record => record.Fence.ShouldBe(1),
            record => record.StartedAt.ShouldBe(Now));
        run.Submission.ToArray().ShouldBe("the request"u8.ToArray());
        (await ReadAsync(await run.Body.OpenReadAsync())).ShouldBe([1, 2, 3]);
        (await Store.FindAsync(id))!.ShouldBe(run.Record);
        (await Store.GetLoadAsync()).Queued.ShouldBe(0);
    }

    [Fact]
    public async Task ClaimNext_OfTypesThatTheNodeDoesNotKnow_LeavesThemQueued()
    {
        var unknown = await AddedAsync(type: StoreSteps.UnknownPage);
        var known = await AddedAsync();

        (await ClaimNextAsync(10)).ShouldBe([known]);
        (await Store.ClaimNextAsync(new HashSet<ProcessType>(), 10)).ShouldBeEmpty();

        (await Store.FindAsync(unknown))!.ShouldSatisfyAllConditions(record => record.State.ShouldBe(ProcessState.Queued), record => record.Fence.ShouldBe(0));
    }

    [Fact]
    public async Task Claim_OfATypeThatTheNodeDoesNotKnow_IsRefused()
    {
        var id = await AddedAsync(type: StoreSteps.UnknownPage);

        (await Store.ClaimAsync(id, Known)).ShouldBeNull();

        (await Store.FindAsync(id))!.ShouldSatisfyAllConditions(record => record.State.ShouldBe(ProcessState.Queued), record => record.Fence.ShouldBe(0));
        (await Store.ClaimAsync(id, new HashSet<ProcessType> { StoreSteps.UnknownPage })).ShouldNotBeNull();
    }

    [Fact]
    public async Task ClaimNext_WhenAScheduledTimeHasCome_TakesItInItsTurn()
    {
        var plain = await AddedAsync();
        var scheduled = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(1) } });
        var later = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(2) } });
        Time.Advance(TimeSpan.FromHours(1));

        (await ClaimNextAsync(10)).ShouldBe([scheduled, plain]);

        (await Store.FindAsync(later))!.State.ShouldBe(ProcessState.Scheduled);
        (await Store.ClaimAsync(later, Known)).ShouldBeNull();
        Time.Advance(TimeSpan.FromHours(1));
        (await Store.ClaimAsync(later, Known)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ClaimNext_PastWhatShouldHaveStartedByNow_TakesWhatIsBehind()
    {
        var late = await AddedAsync(process => process with { Terms = new() { StartBefore = Now.AddMinutes(1) } });
        var behind = await AddedAsync();
        Time.Advance(TimeSpan.FromMinutes(1));

        (await ClaimNextAsync(1)).ShouldBe([behind]);

        (await Store.QueueDueAsync()).Missed.ShouldBe([late]);
    }

    [Fact]
    public async Task ClaimNext_ByEightAtOnce_TakesEachOnce()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => AddedAsync()));

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var taken = new List<ProcessId>();
            while (await Store.ClaimNextAsync(Known, 3) is { Count: > 0 } runs)
                taken.AddRange(runs.Select(run => run.Record.Id));
            return taken;
        })));

        claims.SelectMany(taken => taken).ShouldBe(ids, ignoreOrder: true);
    }

    [Fact]
    public async Task Heartbeat_OfRunsThatGoOn_SaysNothing()
    {
        var id = await AddedAsync();
        var run = await ClaimedAsync(id);

        var heard = await Store.HeartbeatAsync([new FencedRun(id, run.Record.Fence)]);

        (heard.CancelRequested, heard.Lost).ShouldSatisfyAllConditions(of => of.CancelRequested.ShouldBeEmpty(), of => of.Lost.ShouldBeEmpty());
        (await Store.HeartbeatAsync([])).Lost.ShouldBeEmpty();
    }

    [Fact]
    public async Task Heartbeat_OfARunThatSomebodyAskedToStop_SaysSo()
    {
        var canceled = await AddedAsync();
        var other = await AddedAsync();
        await ClaimedAsync(canceled);
        await ClaimedAsync(other);
        await Store.RequestCancelAsync(canceled);

        var heard = await Store.HeartbeatAsync([new FencedRun(canceled, 1), new FencedRun(other, 1)]);

        heard.CancelRequested.ShouldBe([canceled]);
        heard.Lost.ShouldBeEmpty();
    }

    [Fact]
    public async Task Heartbeat_OfRunsThatAreNotTheCurrentOnes_SaysThatTheyAreLost()
    {
        var (ended, removed, again) = (await AddedAsync(), await AddedAsync(), await AddedAsync(process => process with { Terms = new() { MaxAttempts = 2 } }));
        foreach (var id in (ProcessId[])[ended, removed, again])
            await ClaimedAsync(id);
        await FinishAsync(ended, 1);
        await Store.RemoveAsync(removed);
        await FinishAsync(removed, 1);
        await Store.FinishAsync(again, 1, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now });
        (await ClaimNextAsync(10)).ShouldBe([again]);

        var heard = await Store.HeartbeatAsync([new FencedRun(ended, 1), new FencedRun(removed, 1), new FencedRun(again, 1)]);

        heard.Lost.ShouldBe([ended, removed, again], ignoreOrder: true);
        heard.CancelRequested.ShouldBeEmpty();
        (await Store.HeartbeatAsync([new FencedRun(again, 2)])).Lost.ShouldBeEmpty();
    }

    private async Task<IReadOnlyList<ProcessId>> ClaimNextAsync(int count) =>
        [.. (await Store.ClaimNextAsync(Known, count)).Select(run => run.Record.Id)];
}
