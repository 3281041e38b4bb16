using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <content>How what has ended is counted for those who watch over the store.</content>
public abstract partial class StoreContract
{
    [Theory, MemberData(nameof(Ends))]
    public async Task Inspect_OfWhatHasEnded_CountsItByTypeAndStateWhileItIsKept(ProcessState end)
    {
        (await EndedCountsAsync()).ShouldBeEmpty();
        var first = await EndedAsync(end, null);
        var discarded = await EndedAsync(end, null);
        var removed = await EndedAsync(end, null);
        await SucceededAsync(await AddedAsync(type: StoreSteps.JobA));

        (await EndedCountsAsync()).ShouldBe([new EndedCount(StoreSteps.JobA, ProcessState.Succeeded, 1), new EndedCount(StoreSteps.PageA, end, 3)], ignoreOrder: true);

        await Store.DiscardAsync(discarded);
        await Store.RemoveAsync(removed);
        await Store.RemoveAsync(discarded);
        (await EndedCountsAsync()).ShouldContain(new EndedCount(StoreSteps.PageA, end, 1));

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        (await EndedCountsAsync()).ShouldBeEmpty();
        Time.Advance(Options.TombstoneRetention);
        await Store.SweepAsync();
        (await Store.FindAsync(first)).ShouldBeNull();
        (await EndedCountsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Inspect_OfLiveProcesses_CountsNoneAsEnded()
    {
        await AddedAsync();
        await ClaimedAsync(await AddedAsync());
        await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(1) } });
        var removed = await AddedAsync();
        await Store.RemoveAsync(removed);
        await Store.RemoveAsync(await RunningAsync());

        (await EndedCountsAsync()).ShouldBeEmpty();

        async Task<ProcessId> RunningAsync()
        {
            var id = await AddedAsync();
            await ClaimedAsync(id);
            return id;
        }
    }

    [Fact]
    public async Task Inspect_AfterFailures_TellsWhenTheLastWasOfWhatIsKept()
    {
        var began = Now;
        await EndedAsync(ProcessState.Succeeded, null);
        (await LastFailureAsync()).ShouldBeNull();

        var retried = await AddedAsync(process => process with { Terms = new() { MaxAttempts = 3 } });
        await FailAsync(retried, 1);
        (await LastFailureAsync()).ShouldBe(began);

        Time.Advance(TimeSpan.FromMinutes(1));
        var failed = await EndedAsync(ProcessState.Failed, null);
        await EndedAsync(ProcessState.Interrupted, null);
        (await LastFailureAsync()).ShouldBe(began.AddMinutes(1));

        Time.Advance(TimeSpan.FromMinutes(1));
        await Store.QueueDueAsync();
        await FailAsync(retried, 2);
        (await LastFailureAsync()).ShouldBe(began.AddMinutes(2));
        await Store.QueueDueAsync();
        await SucceededAsync(retried);
        (await LastFailureAsync()).ShouldBe(began.AddMinutes(2));

        await Store.DiscardAsync(retried);
        (await LastFailureAsync()).ShouldBe(began.AddMinutes(1));
        await Store.RemoveAsync(failed);
        (await LastFailureAsync()).ShouldBeNull();

        async Task FailAsync(ProcessId id, int fence)
        {
            await ClaimedAsync(id);
            (await Store.FinishAsync(id, fence, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now, Error = "no" })).ShouldBeTrue();
            await Store.QueueDueAsync();
        }
    }

    private async Task<IReadOnlyList<EndedCount>> EndedCountsAsync() => (await InspectAsync()).Ended;

    private async Task<DateTimeOffset?> LastFailureAsync() => (await InspectAsync()).LastFailureAt;
}
