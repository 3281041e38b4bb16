using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Content of any size, and how long it is kept.</summary>
public abstract partial class StoreContract
{
    public static TheoryData<int> Sizes => [0, 1, 64 * 1024, (64 * 1024) + 1, 128 * 1024, (5 << 20) + 17];

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Content_OfARequest_IsReadAsWritten(int length)
    {
        var bytes = SomeBytes(length);
        var id = await AddedAsync(body: bytes);

        var run = await ClaimedAsync(id);

        run.Body.Length.ShouldBe(length);
        await using var first = await run.Body.OpenReadAsync();
        await using var second = await run.Body.OpenReadAsync();
        ShouldBeEqual(await ReadAsync(first), bytes);
        ShouldBeEqual(await ReadAsync(second), bytes);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Content_OfAResult_IsReadAsWrittenFromAnywhere(int length)
    {
        var bytes = SomeBytes(length);
        var id = await AddedAsync();
        await SucceededAsync(id, bytes);

        var result = (await Store.OpenResultAsync(id)).ShouldNotBeNull();

        result.Response.ToArray().ShouldBe("the headers"u8.ToArray());
        await using var body = result.Body;
        body.Length.ShouldBe(length);
        ShouldBeEqual(await ReadAsync(body), bytes);
        foreach (var position in (int[])[length / 2, 0, Math.Max(0, length - 3)])
        {
            body.Position = position;
            ShouldBeEqual(await ReadAsync(body), bytes[position..]);
        }
    }

    /// <summary>The length of content that no memory should hold, and no 32 bits number: less only if the store takes minutes to write it.</summary>
    protected virtual long LargeContent => (5L << 29) + 17;

    [Fact]
    public async Task Content_OfSeveralGiB_IsReadAsWrittenFromAnywhereAndNeverWholeInMemory()
    {
        var length = LargeContent;
        var behind = Math.Min(int.MaxValue + 12_345L, length - (length / 5));
        Options.MaxQueueBytes = long.MaxValue;
        var process = NewProcess(Store.CreateContent());
        await using (process.Body)
        {
            await WritePatternAsync(process.Body, length);
            (await Store.AddAsync(process)).Outcome.ShouldBe(AddOutcome.Added);
        }

        var run = await ClaimedAsync(process.Id);
        run.Body.Length.ShouldBe(length);
        await using (var request = await run.Body.OpenReadAsync())
        await using (var response = Store.CreateContent())
        {
            await request.CopyToAsync(response);
            (await Store.FinishAsync(process.Id, 1, new ProcessOutcome(ProcessState.Succeeded) { Body = response })).ShouldBeTrue();
        }

        await using var result = (await Store.OpenResultAsync(process.Id))!.Body;
        result.Length.ShouldBe(length);
        await ShouldBePatternAsync(result, 0);
        result.Position = behind;
        await ShouldBePatternAsync(result, behind);
    }

    [Fact]
    public async Task Result_WhileItIsRead_SurvivesItsRemoval()
    {
        var bytes = SomeBytes(300_000);
        var id = await AddedAsync();
        await SucceededAsync(id, bytes);
        await using var body = (await Store.OpenResultAsync(id))!.Body;

        await Store.RemoveAsync(id);

        ShouldBeEqual(await ReadAsync(body), bytes);
    }

    [Fact]
    public async Task Served_ByManyAtOnce_IsTheFirstForOne()
    {
        var id = await AddedAsync();
        (await Store.MarkServedAsync(id)).ShouldBeFalse();
        await SucceededAsync(id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await Store.MarkServedAsync(id))));

        answers.Count(first => first).ShouldBe(1);
        (await Store.MarkServedAsync(id)).ShouldBeFalse();
    }

    [Fact]
    public async Task Remove_OfAnyProcess_ForgetsItAndItsKey()
    {
        var queued = await AddedAsync(key: "queued");
        var ended = await AddedAsync(key: "ended");
        await SucceededAsync(ended);

        foreach (var id in (ProcessId[])[queued, ended])
        {
            (await Store.RemoveAsync(id)).ShouldBeTrue();
            (await Store.FindAsync(id)).ShouldBeNull();
            (await Store.OpenResultAsync(id)).ShouldBeNull();
            (await Store.RemoveAsync(id)).ShouldBeFalse();
        }

        foreach (var key in (string[])["queued", "ended"])
            (await AddAsync(key: key)).Outcome.ShouldBe(AddOutcome.Added);
        var inspection = await InspectAsync();
        (inspection.Queued, inspection.Running).ShouldBe((2, 0));
    }

    [Theory]
    [InlineData(ProcessState.Succeeded)]
    [InlineData(ProcessState.Failed)]
    [InlineData(ProcessState.Scheduled)]
    public async Task Remove_OfARun_LetsItEndAndForgetsItThen(ProcessState end)
    {
        Options.MaxLiveProcessesPerOwner = 1;
        var id = await AddedAsync(owner: "ann", key: "key");
        var run = await ClaimedAsync(id);

        (await Store.RemoveAsync(id)).ShouldBeTrue();
        (await Store.RemoveAsync(id)).ShouldBeTrue();

        var record = (await Store.FindAsync(id)).ShouldNotBeNull();
        (record.State, record.CancelRequested, record.Version).ShouldBe((ProcessState.Running, true, run.Record.Version + 1));
        (await Store.ListAsync(new ProcessQuery { Count = 10 }, ["ann"])).ShouldHaveSingleItem().Id.ShouldBe(id);
        (await Store.HeartbeatAsync([new FencedRun(id, 1)])).ShouldSatisfyAllConditions(
            heard => heard.CancelRequested.ShouldBe([id]),
            heard => heard.Lost.ShouldBeEmpty());
        (await InspectAsync()).Running.ShouldBe(1);
        (await AddAsync(owner: "ann")).Outcome.ShouldBe(AddOutcome.OwnerLimit);
        (await Store.ReportAsync(id, 1, new ProcessProgress(1), 100)).ShouldBeTrue();

        await using (var body = Store.CreateContent())
        {
            await body.WriteAsync(SomeBytes(300_000));
            var outcome = new ProcessOutcome(end) { NotBefore = end == ProcessState.Scheduled ? Now : null };
            (await Store.FinishAsync(id, 1, end == ProcessState.Succeeded ? outcome with { Response = new byte[] { 1 }, Body = body } : outcome)).ShouldBeTrue();
        }

        (await Store.FindAsync(id)).ShouldBeNull();
        (await Store.OpenResultAsync(id)).ShouldBeNull();
        (await Store.OpenSubmissionAsync(id)).ShouldBeNull();
        (await Store.RemoveAsync(id)).ShouldBeFalse();
        (await EndedCountsAsync()).ShouldBeEmpty();
        (await InspectAsync()).Running.ShouldBe(0);
        (await AddAsync(owner: "ann", key: "key")).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Remove_OfLiveProcesses_FreesTheirOwnersPlaces()
    {
        Options.MaxLiveProcessesPerOwner = 1;
        var id = await AddedAsync(owner: "ann");
        (await AddAsync(owner: "ann")).Outcome.ShouldBe(AddOutcome.OwnerLimit);

        await Store.RemoveAsync(id);

        (await AddAsync(owner: "ann")).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Sweep_BeforeARetentionEnds_ChangesNothing()
    {
        var ended = await AddedAsync();
        await SucceededAsync(ended, [1]);
        var live = await AddedAsync();

        Time.Advance(Options.ResultRetention - TimeSpan.FromSeconds(1));

        (await Store.SweepAsync()).ShouldBe(0);
        (await Store.FindAsync(ended))!.IsGone.ShouldBeFalse();
        await using var body = (await Store.OpenResultAsync(ended))!.Body;
        Time.Advance(TimeSpan.FromDays(365));
        await Store.SweepAsync();
        (await Store.FindAsync(live))!.State.ShouldBe(ProcessState.Queued);
    }

    [Fact]
    public async Task Sweep_AfterTheRetention_LeavesATombstoneWithoutContent()
    {
        var id = await AddedAsync(owner: "ann", body: [1]);
        await ClaimedAsync(id);
        await Store.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Failed) { Progress = new ProcessProgress(1, "secret"), Reason = new ProcessReason("Reason.Own", "secret"), Error = "secret" });
        var other = await AddedAsync();
        await SucceededAsync(other, SomeBytes(100_000));

        Time.Advance(Options.ResultRetention);

        (await Store.SweepAsync()).ShouldBe(2);
        (await Store.SweepAsync()).ShouldBe(0);
        var tombstone = (await Store.FindAsync(id))!;
        tombstone.IsGone.ShouldBeTrue();
        tombstone.State.ShouldBe(ProcessState.Failed);
        tombstone.Owner.ShouldBe("ann");
        tombstone.EndedAt.ShouldNotBeNull();
        (tombstone.Progress, tombstone.Reason, tombstone.Error).ShouldBe((ProcessProgress.None, null, null));
        (await Store.OpenResultAsync(other)).ShouldBeNull();
        (await Store.MarkServedAsync(other)).ShouldBeFalse();
    }

    [Fact]
    public async Task Sweep_AfterTheTombstonesRetention_ForgetsIt()
    {
        var id = await AddedAsync();
        await Store.RequestCancelAsync(id);
        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();

        Time.Advance(Options.TombstoneRetention - TimeSpan.FromSeconds(1));
        await Store.SweepAsync();
        (await Store.FindAsync(id)).ShouldNotBeNull();
        Time.Advance(TimeSpan.FromSeconds(1));
        await Store.SweepAsync();

        (await Store.FindAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task Sweep_AfterARemoval_CountsWhatBecameTombstonesOnly()
    {
        var removed = await AddedAsync();
        await SucceededAsync(removed);
        await Store.RemoveAsync(removed);
        await SucceededAsync(await AddedAsync());

        Time.Advance(Options.ResultRetention);

        (await Store.SweepAsync()).ShouldBe(1);
    }

    [Fact]
    public async Task DeriveKey_OfAPurpose_IsTheSameAgainAndAnotherForAnother()
    {
        await AddedAsync();

        Store.DeriveKey("one").Length.ShouldBe(32);
        Store.DeriveKey("one").ShouldBe(Store.DeriveKey("one"));
        Store.DeriveKey("one").ShouldNotBe(Store.DeriveKey("other"));
    }

    [Fact]
    public async Task Spool_ThatBecomesPartOfNoProcess_LeavesNothing()
    {
        var before = (await Store.GetLoadAsync()).QueuedBytes;
        var spool = await SpoolAsync(SomeBytes(200_000));

        await spool.DisposeAsync();
        await spool.DisposeAsync();

        (await Store.GetLoadAsync()).QueuedBytes.ShouldBe(before);
        await Should.ThrowAsync<ObjectDisposedException>(async () => await spool.WriteAsync(new byte[1]));
    }
}
