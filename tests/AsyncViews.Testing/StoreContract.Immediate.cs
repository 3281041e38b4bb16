using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Processes that are claimed with their acceptance.</summary>
public abstract partial class StoreContract
{
    /// <summary>Tells whether the store claims in the commit of an acceptance. One that does not implement it accepts, and nothing else.</summary>
    protected virtual bool ClaimsWhatItAdds => false;

    [Fact]
    public async Task AddAndClaim_WhereNothingWaits_IsARunWithWhatWasSubmitted()
    {
        await AddedAsync(type: StoreSteps.UnknownPage);
        await using var body = await SpoolAsync(SomeBytes(100_000));
        var process = NewProcess(body) with { RunSecrets = "a cookie"u8.ToArray(), Origin = "here", Lane = "a lane", Terms = new() { Priority = 7, MaxStarts = 2 } };

        var added = await Store.AddAndClaimAsync(process, new ImmediateClaim(Known, () => true));

        added.Outcome.ShouldBe(AddOutcome.Added);
        added.Id.ShouldBe(process.Id);
        (added.Claimed is not null).ShouldBe(ClaimsWhatItAdds);
        var run = added.Claimed ?? await ClaimedAsync(process.Id);
        run.Record.ShouldBe((await Store.FindAsync(process.Id))!);
        run.Record.ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Running),
            record => record.Fence.ShouldBe(1),
            record => record.StartedAt.ShouldBe(Now),
            record => record.Starts.ShouldHaveSingleItem().At.ShouldBe(Now));
        run.Submission.ToArray().ShouldBe("the request"u8.ToArray());
        run.RunSecrets.ToArray().ShouldBe("a cookie"u8.ToArray());
        await body.DisposeAsync();
        ShouldBeEqual(await ReadAsync(await run.Body.OpenReadAsync()), SomeBytes(100_000));
        (await Store.HeartbeatAsync([new FencedRun(process.Id, 1)])).Lost.ShouldBeEmpty();
        (await Store.ReportAsync(process.Id, 1, new ProcessProgress(50, "half"), 5)).ShouldBeTrue();
        (await FinishAsync(process.Id, 1)).ShouldBeTrue();
    }

    [Fact]
    public async Task AddAndClaim_OfWhatCannotStartNow_OnlyAcceptsIt()
    {
        (await AddAndClaimAsync(process => process with { Type = StoreSteps.UnknownPage })).ShouldBe(ProcessState.Queued);
        (await AddAndClaimAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(1) } })).ShouldBe(ProcessState.Scheduled);
        (await AddAndClaimAsync(process => process with { Terms = new() { StartBefore = Now } })).ShouldBe(ProcessState.Queued);
        (await ClaimNextAsync(10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AddAndClaim_WhereNoWorkerIsFree_IsQueuedAndCounted()
    {
        (await AddAndClaimAsync(process => process, isFree: false)).ShouldBe(ProcessState.Queued);

        (await Store.GetLoadAsync()).Queued.ShouldBe(1);
        (await ClaimNextAsync(10)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task AddAndClaim_BehindWhatWaits_LetsItStartFirst()
    {
        var first = await AddedAsync();
        await AddAndClaimAsync(process => process with { Terms = new() { Priority = 100 } });
        (await ClaimNextAsync(1)).ShouldNotContain(first);
        (await ClaimNextAsync(10)).ShouldBe([first]);

        var scheduled = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(1) } });
        Time.Advance(TimeSpan.FromHours(1));
        (await AddAndClaimAsync(process => process)).ShouldBe(ProcessState.Queued);
        (await ClaimNextAsync(1)).ShouldBe([scheduled]);
    }

    [Fact]
    public async Task AddAndClaim_CountsForItsSenderAsAnyOther()
    {
        Options.MaxLiveProcessesPerOwner = 1;
        await using var body = await SpoolAsync([1]);
        var process = NewProcess(body, key: "k");
        var added = await Store.AddAndClaimAsync(process, new ImmediateClaim(Known, () => true));

        (await Store.GetSenderLoadsAsync("ann", "ann")).OfOwner.Live.ShouldBe(1);
        (await Store.GetLoadAsync()).Queued.ShouldBe(ClaimsWhatItAdds ? 0 : 1);
        (await Store.AddAndClaimAsync(process with { Id = ProcessId.New() }, new ImmediateClaim(Known, () => true))).ShouldBe(new AddResult(AddOutcome.AlreadyThere, added.Id));
        (await Store.AddAndClaimAsync(process with { Id = ProcessId.New(), SubmissionKey = null }, new ImmediateClaim(Known, () => true))).ShouldBe(new AddResult(AddOutcome.OwnerLimit));
    }

    [Fact]
    public async Task AddAndClaim_ByManyAtOnce_StartsNoMoreThanThereAreWorkers()
    {
        _ = Store;
        var workers = 5;

        var added = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(async () =>
        {
            await using var body = Store.CreateContent();
            return await Store.AddAndClaimAsync(NewProcess(body), new ImmediateClaim(Known, () => Interlocked.Decrement(ref workers) >= 0));
        })));

        var claimed = added.Where(result => result.Claimed is not null).Select(result => result.Id).ToArray();
        claimed.Length.ShouldBe(ClaimsWhatItAdds ? 5 : 0);
        (await ClaimNextAsync(100)).Count.ShouldBe(40 - claimed.Length);
    }

    private async Task<ProcessState> AddAndClaimAsync(Func<NewProcess, NewProcess> with, bool isFree = true)
    {
        await using var body = await SpoolAsync([]);
        var added = await Store.AddAndClaimAsync(with(NewProcess(body)), new ImmediateClaim(Known, () => isFree));
        added.Outcome.ShouldBe(AddOutcome.Added);
        added.Claimed.ShouldBeNull();
        return (await Store.FindAsync(added.Id!.Value))!.State;
    }
}
