using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Claims, fences, reports and ends.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public async Task Claim_OfAQueuedProcess_IsARunWithWhatWasSubmitted()
    {
        var id = await AddedAsync(body: [1, 2, 3]);
        Time.Advance(TimeSpan.FromSeconds(5));

        var run = (await Store.ClaimAsync(id)).ShouldNotBeNull();

        run.Record.State.ShouldBe(ProcessState.Running);
        run.Record.Fence.ShouldBe(1);
        run.Record.StartedAt.ShouldBe(Time.GetUtcNow());
        run.Submission.ToArray().ShouldBe("the request"u8.ToArray());
        (await ReadAsync(await run.Body.OpenReadAsync())).ShouldBe([1, 2, 3]);
        (await Store.FindAsync(id))!.ShouldBe(run.Record);
    }

    [Fact]
    public async Task Claim_ByEightAtOnce_IsOnesOnly()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => AddedAsync()));

        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var taken = new List<ProcessId>();
            foreach (var id in ids)
            {
                if (await Store.ClaimAsync(id) is { } run)
                    taken.Add(run.Record.Id);
            }

            return taken;
        })));

        claims.SelectMany(taken => taken).Order(Comparer<ProcessId>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString())))
            .ShouldBe(ids.OrderBy(id => id.ToString(), StringComparer.Ordinal));
        (await InspectAsync()).Running.ShouldBe(100);
    }

    [Fact]
    public async Task Claim_OfWhatIsNotQueued_IsNull()
    {
        var canceled = await AddedAsync();
        await Store.RequestCancelAsync(canceled);
        var ended = await AddedAsync();
        await SucceededAsync(ended);

        (await Store.ClaimAsync(canceled)).ShouldBeNull();
        (await Store.ClaimAsync(ended)).ShouldBeNull();
    }

    [Fact]
    public async Task Fence_ThatIsNotTheCurrentOne_ChangesNothing()
    {
        var id = await AddedAsync();
        var run = await ClaimedAsync(id);
        var before = await Store.FindAsync(id);

        foreach (var fence in (int[])[run.Record.Fence - 1, run.Record.Fence + 1])
        {
            (await Store.ReportAsync(id, fence, new ProcessProgress(1), 100)).ShouldBeFalse();
            (await FinishAsync(id, fence, [1])).ShouldBeFalse();
        }

        (await Store.FindAsync(id)).ShouldBe(before);
        (await Store.OpenResultAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task Report_WithAGrowingVersion_IsKeptAndAnOlderOneIsNot()
    {
        var id = await AddedAsync();
        var run = await ClaimedAsync(id);
        var version = run.Record.Version;

        (await Store.ReportAsync(id, 1, new ProcessProgress(10, "ten", "{}"), version + 1)).ShouldBeTrue();
        var progress = new ProcessProgress(30) { Estimate = new ProcessEstimate(Time.GetUtcNow().AddSeconds(70), Time.GetUtcNow().AddSeconds(5)) };
        (await Store.ReportAsync(id, 1, progress, version + 5)).ShouldBeTrue();
        (await Store.ReportAsync(id, 1, new ProcessProgress(20), version + 4)).ShouldBeFalse();
        (await Store.ReportAsync(id, 1, new ProcessProgress(20), version + 5)).ShouldBeFalse();

        var record = (await Store.FindAsync(id))!;
        record.Progress.ShouldBe(progress);
        record.Version.ShouldBe(version + 5);
    }

    [Fact]
    public async Task Report_BeforeTheClaimOrAfterTheEnd_IsRefused()
    {
        var id = await AddedAsync();

        (await Store.ReportAsync(id, 0, new ProcessProgress(1), 100)).ShouldBeFalse();
        await SucceededAsync(id);
        (await Store.ReportAsync(id, 1, new ProcessProgress(1), 100)).ShouldBeFalse();
    }

    [Theory]
    [InlineData(ProcessState.Failed)]
    [InlineData(ProcessState.Canceled)]
    [InlineData(ProcessState.Interrupted)]
    public async Task Finish_WithoutAResponse_KeepsWhyAndHowFar(ProcessState state)
    {
        var id = await AddedAsync();
        await ClaimedAsync(id);
        Time.Advance(TimeSpan.FromMinutes(3));

        (await Store.FinishAsync(id, 1, new ProcessOutcome(state) { Progress = new ProcessProgress(42), Reason = new ProcessReason("Reason.Own", "because", "of this"), Error = "stack", Version = 77 })).ShouldBeTrue();

        var record = (await Store.FindAsync(id))!;
        record.State.ShouldBe(state);
        record.Progress.ShouldBe(new ProcessProgress(42));
        record.Reason.ShouldBe(new ProcessReason("Reason.Own", "because", "of this"));
        record.Error.ShouldBe("stack");
        record.Version.ShouldBeGreaterThanOrEqualTo(77);
        record.EndedAt.ShouldBe(Time.GetUtcNow());
        record.ExpiresAt.ShouldBe(Time.GetUtcNow() + Options.ResultRetention);
        (await Store.OpenResultAsync(id)).ShouldBeNull();
        (await Store.MarkServedAsync(id)).ShouldBeFalse();
    }

    [Fact]
    public async Task Finish_Twice_KeepsTheFirstEnd()
    {
        var id = await AddedAsync();
        await ClaimedAsync(id);

        (await FinishAsync(id, 1, [1])).ShouldBeTrue();
        (await FinishAsync(id, 1, [2])).ShouldBeFalse();
        (await Store.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Failed))).ShouldBeFalse();

        (await Store.FindAsync(id))!.State.ShouldBe(ProcessState.Succeeded);
        await using var body = (await Store.OpenResultAsync(id))!.Body;
        (await ReadAsync(body)).ShouldBe([1]);
    }

    [Theory]
    [InlineData(ProcessState.Queued)]
    [InlineData(ProcessState.Running)]
    [InlineData(ProcessState.Missed)]
    public async Task Finish_AsWhatARunCannotBecome_IsAnError(ProcessState state)
    {
        var id = await AddedAsync();
        await ClaimedAsync(id);

        await Should.ThrowAsync<ArgumentException>(async () => await Store.FinishAsync(id, 1, new ProcessOutcome(state)));

        (await Store.FindAsync(id))!.State.ShouldBe(ProcessState.Running);
    }

    [Fact]
    public async Task Cancel_OverTheLifeOfAProcess_AnswersWhatHappened()
    {
        var queued = await AddedAsync();
        (await Store.RequestCancelAsync(queued)).ShouldBe(CancelOutcome.Canceled);
        (await Store.FindAsync(queued))!.State.ShouldBe(ProcessState.Canceled);
        (await Store.RequestCancelAsync(queued)).ShouldBe(CancelOutcome.AlreadyEnded);

        var running = await AddedAsync();
        await ClaimedAsync(running);
        (await Store.RequestCancelAsync(running)).ShouldBe(CancelOutcome.Requested);
        var asked = (await Store.FindAsync(running))!;
        asked.State.ShouldBe(ProcessState.Running);
        asked.CancelRequested.ShouldBeTrue();
        (await Store.RequestCancelAsync(running)).ShouldBe(CancelOutcome.Requested);
        (await Store.FindAsync(running)).ShouldBe(asked);

        (await FinishAsync(running, 1)).ShouldBeTrue();
        (await Store.RequestCancelAsync(running)).ShouldBe(CancelOutcome.AlreadyEnded);
    }

    [Fact]
    public async Task Cancel_RacingTheClaim_NeverDoesBoth()
    {
        for (var round = 0; round < 200; round++)
        {
            var id = await AddedAsync();
            using var start = new Barrier(2);

            var claim = Task.Run(async () =>
            {
                start.SignalAndWait();
                return await Store.ClaimAsync(id);
            });
            var cancel = Task.Run(async () =>
            {
                start.SignalAndWait();
                return await Store.RequestCancelAsync(id);
            });

            (await cancel).ShouldBe(await claim is null ? CancelOutcome.Canceled : CancelOutcome.Requested);
        }
    }

    [Fact]
    public async Task Cancel_RacingTheEnd_LeavesOneEndAsAnswered()
    {
        for (var round = 0; round < 200; round++)
        {
            var id = await AddedAsync();
            await ClaimedAsync(id);
            using var start = new Barrier(2);

            var finish = Task.Run(async () =>
            {
                start.SignalAndWait();
                return await FinishAsync(id, 1);
            });
            var cancel = Task.Run(async () =>
            {
                start.SignalAndWait();
                return await Store.RequestCancelAsync(id);
            });

            (await finish).ShouldBeTrue();
            var record = (await Store.FindAsync(id))!;
            record.State.ShouldBe(ProcessState.Succeeded);
            (await cancel).ShouldBe(record.CancelRequested ? CancelOutcome.Requested : CancelOutcome.AlreadyEnded);
        }
    }
}
