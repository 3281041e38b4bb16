namespace AsyncViews.Testing;

/// <content>What an owner discards.</content>
public abstract partial class StoreContract
{
    [Theory, MemberData(nameof(Ends))]
    public async Task Discard_OfWhatHasEnded_LeavesATombstoneThatSaysSo(ProcessState end)
    {
        var id = await EndedAsync(end, "k");
        var other = await AddedAsync();
        Time.Advance(TimeSpan.FromMinutes(1));

        (await Store.DiscardAsync(id)).ShouldBeTrue();

        var record = (await Store.FindAsync(id)).ShouldNotBeNull();
        (record.State, record.IsGone, record.IsDiscarded, record.Owner).ShouldBe((end, true, true, "ann"));
        record.ExpiresAt.ShouldBe(Time.GetUtcNow());
        (record.Origin, record.Reason, record.Error).ShouldBe((null, null, null));
        (await Store.OpenResultAsync(id)).ShouldBeNull();
        (await Store.OpenSubmissionAsync(id)).ShouldBeNull();
        (await Store.ListAsync(new ProcessQuery { Count = 10 }, ["ann"])).Select(listed => listed.Id).ShouldBe([other]);
        (await Store.ListAsync(new ProcessQuery { Count = 10 })).Select(listed => listed.Id).ShouldBe([other]);
        (await Store.DiscardAsync(id)).ShouldBeFalse();
    }

    [Fact]
    public async Task Discard_OfWhatIsLive_ChangesNothing()
    {
        var running = await AddedAsync();
        var queued = await AddedAsync();
        var run = await ClaimedAsync(running);
        await Store.RequestCancelAsync(running);

        (await Store.DiscardAsync(running)).ShouldBeFalse();
        (await Store.DiscardAsync(queued)).ShouldBeFalse();

        (await Store.FindAsync(queued)).ShouldNotBeNull().IsGone.ShouldBeFalse();
        (await FinishAsync(running, run.Record.Fence)).ShouldBeTrue();
    }

    [Fact]
    public async Task Discard_OfWhatHasExpired_LeavesItsTombstoneAsItIs()
    {
        var id = await EndedAsync(ProcessState.Succeeded, null);
        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();

        (await Store.DiscardAsync(id)).ShouldBeFalse();

        (await Store.FindAsync(id)).ShouldNotBeNull().IsDiscarded.ShouldBeFalse();
    }

    [Fact]
    public async Task Tombstone_OfWhatWasDiscarded_StaysForAsLongAsAnyOther()
    {
        var kept = await EndedAsync(ProcessState.Succeeded, null);
        var discarded = await EndedAsync(ProcessState.Succeeded, null);
        await Store.DiscardAsync(discarded);

        Time.Advance(Options.TombstoneRetention - Moment);
        await Store.SweepAsync();
        (await Store.FindAsync(discarded)).ShouldNotBeNull().IsDiscarded.ShouldBeTrue();
        (await Store.FindAsync(kept)).ShouldNotBeNull().IsDiscarded.ShouldBeFalse();
        Time.Advance(Moment);
        await Store.SweepAsync();
        (await Store.FindAsync(discarded)).ShouldBeNull();
        (await Store.FindAsync(kept)).ShouldNotBeNull().IsGone.ShouldBeTrue();
    }

    [Fact]
    public async Task Remove_OfWhatWasDiscarded_ForgetsItsTombstoneToo()
    {
        var id = await EndedAsync(ProcessState.Succeeded, null);
        await Store.DiscardAsync(id);

        (await Store.RemoveAsync(id)).ShouldBeTrue();

        (await Store.FindAsync(id)).ShouldBeNull();
    }
}
