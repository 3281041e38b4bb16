using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <content>How long a process stands for its submission, and what is kept of what was sent once more.</content>
public abstract partial class StoreContract
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);

    public static TheoryData<ProcessState> Ends { get; } =
        [ProcessState.Succeeded, ProcessState.Failed, ProcessState.Canceled, ProcessState.Interrupted, ProcessState.Missed];

    [Fact]
    public async Task Add_WithTheKeyOfALiveProcess_GivesThatOne()
    {
        var first = await AddedAsync(key: "k");

        (await AddAsync(key: "k")).ShouldBe(new AddResult(AddOutcome.AlreadyThere, first));
        await ClaimedAsync(first);
        (await AddAsync(key: "k")).ShouldBe(new AddResult(AddOutcome.AlreadyThere, first));
        (await AddAsync(key: "other")).Outcome.ShouldBe(AddOutcome.Added);
        (await AddAsync(key: null)).Outcome.ShouldBe(AddOutcome.Added);
        (await AddAsync(key: null)).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Add_WithTheKeyOfAProcessThatIsTriedAgain_GivesThatOne()
    {
        var first = await AddedAsync(process => process with { SubmissionKey = "k", Terms = new() { MaxAttempts = 2 } });
        var run = await ClaimedAsync(first);
        await Store.FinishAsync(first, run.Record.Fence, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Time.GetUtcNow() + TimeSpan.FromHours(1) });

        (await AddAsync(key: "k")).ShouldBe(new AddResult(AddOutcome.AlreadyThere, first));
    }

    [Theory]
    [InlineData(ProcessState.Failed)]
    [InlineData(ProcessState.Canceled)]
    [InlineData(ProcessState.Missed)]
    public async Task Add_WithAFormsKey_OfWhatDidNotHappen_IsANewProcessAtOnce(ProcessState end)
    {
        var first = await EndedAsync(end, "k");

        var second = await AddAsync(key: "k");

        second.Outcome.ShouldBe(AddOutcome.Added);
        second.Id.ShouldNotBe(first);
        (await AddAsync(key: "k")).ShouldBe(new AddResult(AddOutcome.AlreadyThere, second.Id));
        (await Store.FindAsync(first)).ShouldNotBeNull().State.ShouldBe(end);
    }

    [Fact]
    public async Task Add_WithAFormsKey_OfWhatSucceeded_GivesThatOneForAFewSeconds()
    {
        var first = await EndedAsync(ProcessState.Succeeded, "k");

        Time.Advance(ProcessRecord.FormKeyRetention - Moment);
        (await AddAsync(key: "k")).ShouldBe(new AddResult(AddOutcome.AlreadyThere, first));
        Time.Advance(Moment);
        var second = await AddAsync(key: "k");
        second.Outcome.ShouldBe(AddOutcome.Added);
        (await AddAsync(key: "k")).Id.ShouldBe(second.Id);
    }

    [Fact]
    public async Task Add_WithAFormsKey_OfWhatWasInterrupted_GivesThatOneUntilItExpires()
    {
        var first = await EndedAsync(ProcessState.Interrupted, "k");

        Time.Advance(Options.ResultRetention - Moment);
        (await AddAsync(key: "k")).ShouldBe(new AddResult(AddOutcome.AlreadyThere, first));
        Time.Advance(Moment);
        (await AddAsync(key: "k")).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Theory, MemberData(nameof(Ends))]
    public async Task Add_WithAnIdempotencyKey_GivesWhatEndedForAMinuteWhateverTheEnd(ProcessState end)
    {
        var first = await EndedAsync(end, "k", idempotent: true);

        Time.Advance(TimeSpan.FromSeconds(60) - Moment);
        (await AddAsync(key: "k", idempotent: true)).ShouldBe(new AddResult(AddOutcome.AlreadyThere, first));
        Time.Advance(Moment);
        (await AddAsync(key: "k", idempotent: true)).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Add_WithTheKeyOfWhatWasDiscarded_IsANewProcess()
    {
        var first = await EndedAsync(ProcessState.Interrupted, "k");

        (await Store.DiscardAsync(first)).ShouldBeTrue();

        (await AddAsync(key: "k")).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Theory, InlineData(100), InlineData(200_000)]
    public async Task KeepSubmission_OfWhatSucceeded_IsOpenedUntilItExpires(int length)
    {
        var sent = SomeBytes(length);
        var id = await EndedAsync(ProcessState.Succeeded, "k");
        (await Store.OpenSubmissionAsync(id)).ShouldBeNull();

        (await KeepAsync(id, sent)).ShouldBeTrue();
        (await KeepAsync(id, SomeBytes(50))).ShouldBeFalse();

        var kept = (await Store.OpenSubmissionAsync(id)).ShouldNotBeNull();
        await using (kept.Body)
        {
            kept.Submission.ToArray().ShouldBe("sent once more"u8.ToArray());
            ShouldBeEqual(await ReadAsync(kept.Body), sent);
        }

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        (await Store.OpenSubmissionAsync(id)).ShouldBeNull();
        (await KeepAsync(id, sent)).ShouldBeFalse();
    }

    [Fact]
    public async Task KeepSubmission_OfAnythingElse_ChangesNothing()
    {
        var live = await AddedAsync(body: "first"u8.ToArray());
        var failed = await EndedAsync(ProcessState.Failed, null);
        var canceled = await EndedAsync(ProcessState.Canceled, null);

        foreach (var id in (ProcessId[])[live, failed, canceled, ProcessId.New()])
            (await KeepAsync(id, "x"u8.ToArray())).ShouldBeFalse();

        (await Store.OpenSubmissionAsync(live)).ShouldBeNull();
        (await Store.OpenSubmissionAsync(canceled)).ShouldBeNull();
        var kept = (await Store.OpenSubmissionAsync(failed)).ShouldNotBeNull();
        await using (kept.Body)
            kept.Submission.ToArray().ShouldBe("the request"u8.ToArray());
        ShouldBeEqual(await ReadAsync(await (await ClaimedAsync(live)).Body.OpenReadAsync()), "first"u8.ToArray());
    }

    private async Task<bool> KeepAsync(ProcessId id, byte[] body)
    {
        await using var spool = await SpoolAsync(body);
        return await Store.KeepSubmissionAsync(id, "sent once more"u8.ToArray(), spool);
    }

    /// <summary>Adds a process and lets it end so.</summary>
    protected async Task<ProcessId> EndedAsync(ProcessState end, string? key, bool idempotent = false)
    {
        var id = await AddedAsync(key: key, idempotent: idempotent);
        switch (end)
        {
            case ProcessState.Succeeded:
                await SucceededAsync(id);
                break;
            case ProcessState.Missed:
                await Store.MissUnknownAsync(new HashSet<ProcessType>(), TimeSpan.Zero);
                break;
            case ProcessState.Canceled:
                await Store.RequestCancelAsync(id);
                break;
            default:
                var run = await ClaimedAsync(id);
                await Store.FinishAsync(id, run.Record.Fence, new ProcessOutcome(end));
                break;
        }

        (await Store.FindAsync(id)).ShouldNotBeNull().State.ShouldBe(end);
        return id;
    }
}
