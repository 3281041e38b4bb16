using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Processes that wait for a time, the order in which they start, and the end of an attempt that failed.</summary>
public abstract partial class StoreContract
{
    private static readonly HashSet<ProcessType> Known = [StoreSteps.PageA, StoreSteps.JobA];

    protected DateTimeOffset Now => Time.GetUtcNow();

    [Fact]
    public async Task FindDue_OfEqualTime_IsByPriorityThenByTheTimeItWasScheduledForThenByArrival()
    {
        var plain = await AddedAsync(process => process);
        var late = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddMinutes(-1) } });
        var early = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddMinutes(-2) } });
        var low = await AddedAsync(process => process with { Terms = new() { Priority = 0, NotBefore = Now.AddMinutes(-3) } });
        var high = await AddedAsync(process => process with { Terms = new() { Priority = 100 } });
        var plainToo = await AddedAsync(process => process);

        (await Store.FindDueAsync(Known, 10)).ShouldBe([high, early, late, plain, plainToo, low]);

        var positions = new List<int?>();
        foreach (var id in (ProcessId[])[high, early, late, plain, plainToo, low])
            positions.Add((await Store.FindAsync(id))!.Position);
        positions.ShouldBe([1, 2, 3, 4, 5, 6]);
        (await Store.FindAsync(early)).ShouldNotBeNull().ShouldSatisfyAllConditions(
            record => record.Terms.Priority.ShouldBe(5),
            record => record.Terms.NotBefore.ShouldBe(Now.AddMinutes(-2)));
    }

    [Fact]
    public async Task QueueDue_BeforeItsTime_LeavesWhatIsScheduledAndTellsWhen()
    {
        var later = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(2) } });
        var sooner = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(1) } });

        (await Store.QueueDueAsync()).ShouldSatisfyAllConditions(due => due.Missed.ShouldBeEmpty(), due => due.Next.ShouldBe(Now.AddHours(1)));
        (await Store.FindDueAsync(Known, 10)).ShouldBeEmpty();
        (await Store.ClaimAsync(sooner)).ShouldBeNull();
        (await Store.FindAsync(sooner))!.ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Scheduled),
            record => record.Position.ShouldBeNull());

        Time.Advance(TimeSpan.FromHours(1));
        (await Store.QueueDueAsync()).Next.ShouldBe(Now.AddHours(1));
        (await Store.FindDueAsync(Known, 10)).ShouldBe([sooner]);
        (await InspectAsync()).ShouldSatisfyAllConditions(at => at.Scheduled.ShouldBe(1), at => at.Queued.ShouldBe(1));

        Time.Advance(TimeSpan.FromHours(1));
        (await Store.QueueDueAsync()).Next.ShouldBeNull();
        (await Store.FindDueAsync(Known, 10)).ShouldBe([sooner, later]);
    }

    [Fact]
    public async Task QueueNow_OfWhatWaitsForATime_LetsItStartAtOnceAndNothingElse()
    {
        var later = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(2) } });
        var queued = await AddedAsync(process => process);
        Time.Advance(TimeSpan.FromMinutes(1));

        (await Store.QueueNowAsync(later)).ShouldBeTrue();
        (await Store.FindAsync(later))!.ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Queued),
            record => record.Terms.NotBefore.ShouldBe(Now),
            record => record.Position.ShouldBe(1),
            record => record.Version.ShouldBe(2));
        (await Store.QueueDueAsync()).Next.ShouldBeNull();
        (await Store.FindDueAsync(Known, 10)).ShouldBe([later, queued]);

        (await Store.QueueNowAsync(later)).ShouldBeFalse();
        (await Store.QueueNowAsync(ProcessId.New())).ShouldBeFalse();
        (await Store.ClaimNextAsync(Known, 2)).Select(claimed => claimed.Record.Id).ShouldBe([later, queued]);
        (await Store.QueueNowAsync(queued)).ShouldBeFalse();
    }

    [Fact]
    public async Task Wait_OfWhatWasScheduledForATime_IsCountedFromThere()
    {
        var id = await AddedAsync(process => process with { Type = StoreSteps.UnknownJob, Terms = new() { NotBefore = Now.AddHours(48) } });
        Time.Advance(TimeSpan.FromHours(49));
        await Store.QueueDueAsync();

        (await InspectAsync()).OldestQueuedAt.ShouldBe(Now.AddHours(-1));
        (await Store.MissUnknownAsync(Known, TimeSpan.FromHours(24))).ShouldBe(0);
        Time.Advance(TimeSpan.FromHours(23));
        (await Store.MissUnknownAsync(Known, TimeSpan.FromHours(24))).ShouldBe(1);
        (await Store.FindAsync(id))!.State.ShouldBe(ProcessState.Missed);
    }

    [Fact]
    public async Task QueueDue_WhenItShouldHaveStarted_EndsItAsMissedWithTheReason()
    {
        var queued = await AddedAsync(process => process with { Terms = new() { StartBefore = Now.AddMinutes(10) } });
        var scheduled = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddMinutes(5), StartBefore = Now.AddMinutes(10) } });
        var started = await AddedAsync(process => process with { Terms = new() { StartBefore = Now.AddMinutes(10) } });
        await ClaimedAsync(started);
        (await Store.QueueDueAsync()).Next.ShouldBe(Now.AddMinutes(5));

        Time.Advance(TimeSpan.FromMinutes(10));
        (await Store.ClaimAsync(queued)).ShouldBeNull();
        var due = await Store.QueueDueAsync();

        due.Missed.ShouldBe([queued, scheduled], ignoreOrder: true);
        due.Next.ShouldBeNull();
        (await Store.FindAsync(queued))!.ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Missed),
            record => record.EndedAt.ShouldBe(Now),
            record => record.Reason.ShouldNotBeNull().Code.ShouldBe("Reason.NotStartedBefore"));
        (await Store.FindAsync(started))!.State.ShouldBe(ProcessState.Running);
    }

    [Fact]
    public async Task Finish_AsScheduled_KeepsEverythingForTheNextAttempt()
    {
        var id = await AddedAsync(process => process with { RunSecrets = "secret"u8.ToArray(), Terms = new() { MaxAttempts = 3, MaxStarts = 2, StartBefore = Now.AddSeconds(1) } });
        var run = await ClaimedAsync(id);

        (await Store.FinishAsync(id, run.Record.Fence, Failed("first"))).ShouldBeTrue();

        (await Store.FinishAsync(id, run.Record.Fence, Failed("twice"))).ShouldBeFalse();
        (await Store.FindAsync(id))!.ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Scheduled),
            record => record.Terms.NotBefore.ShouldBe(Now.AddMinutes(1)),
            record => record.Failures.ShouldBe([new ProcessFailure(1, Now, "first")]),
            record => record.StartedAt.ShouldBeNull(),
            record => record.Version.ShouldBeGreaterThan(run.Record.Version));
        (await Store.GetLoadAsync()).Queued.ShouldBe(1);

        Time.Advance(TimeSpan.FromMinutes(1));
        (await Store.QueueDueAsync()).Missed.ShouldBeEmpty();
        var again = await ClaimedAsync(id);
        again.Record.ShouldSatisfyAllConditions(
            record => record.Fence.ShouldBe(2),
            record => record.Failures.Count.ShouldBe(1),
            record => record.MayStartAgain.ShouldBeTrue(),
            record => record.Terms.MaxAttempts.ShouldBe(3));
        (await Store.FinishAsync(id, 1, Failed("late"))).ShouldBeFalse();
        (await Store.GetLoadAsync()).Queued.ShouldBe(0);
        again.RunSecrets.ToArray().ShouldBe("secret"u8.ToArray());
        (await ReadAsync(await again.Body.OpenReadAsync())).ShouldBe("sent"u8.ToArray());

        (await Store.FinishAsync(id, 2, new ProcessOutcome(ProcessState.Failed) { Error = "second" })).ShouldBeTrue();
        (await Store.FindAsync(id))!.ShouldSatisfyAllConditions(
            record => record.Failures.Count.ShouldBe(1),
            record => record.Error.ShouldBe("second"));

        ProcessOutcome Failed(string error) => new(ProcessState.Scheduled) { NotBefore = Now.AddMinutes(1), Error = error };
    }

    [Fact]
    public async Task Finish_AsScheduled_LowersThePriorityByOneDownTo0()
    {
        var poison = await AddedAsync(process => process with { Terms = new() { Priority = 1, MaxAttempts = 9 } });
        List<int> priorities = [];
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await ClaimedAsync(poison);
            await Store.FinishAsync(poison, attempt, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now });
            await Store.QueueDueAsync();
            priorities.Add((await Store.FindAsync(poison))!.Terms.Priority);
        }

        priorities.ShouldBe([0, 0, 0]);
        var other = await AddedAsync(process => process with { Terms = new() { Priority = 1 } });
        (await Store.FindDueAsync(Known, 10)).ShouldBe([other, poison]);
        (await Store.FindAsync(poison))!.Position.ShouldBe(2);
    }

    [Fact]
    public async Task Finish_AsScheduledOfWhatIsToStop_EndsItAsFailed()
    {
        var id = await AddedAsync(process => process with { Terms = new() { MaxAttempts = 3 } });
        var run = await ClaimedAsync(id);
        (await Store.RequestCancelAsync(id)).ShouldBe(CancelOutcome.Requested);

        (await Store.FinishAsync(id, run.Record.Fence, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now.AddMinutes(1), Error = "first" })).ShouldBeTrue();

        (await Store.FindAsync(id))!.ShouldSatisfyAllConditions(record => record.State.ShouldBe(ProcessState.Failed), record => record.Error.ShouldBe("first"));
        (await Store.QueueDueAsync()).Next.ShouldBeNull();
        (await Store.GetLoadAsync()).Queued.ShouldBe(0);
    }

    [Fact]
    public async Task Cancel_OfWhatWaitsForATime_EndsIt()
    {
        var id = await AddedAsync(process => process with { Terms = new() { NotBefore = Now.AddHours(1), StartBefore = Now.AddHours(2) } });

        (await Store.RequestCancelAsync(id)).ShouldBe(CancelOutcome.Canceled);

        (await Store.QueueDueAsync()).Next.ShouldBeNull();
        (await Store.GetLoadAsync()).Queued.ShouldBe(0);
    }

    [Fact]
    public async Task Deschedule_OfAnIdentity_CancelsWhatHasNotStarted()
    {
        var queued = await AddedAsync(process => process with { Identity = "nightly" });
        var scheduled = await AddedAsync(process => process with { Identity = "nightly", Terms = new() { NotBefore = Now.AddHours(1) } });
        var other = await AddedAsync(process => process with { Identity = "weekly" });
        var running = await AddedAsync(process => process with { Identity = "nightly" });
        await ClaimedAsync(running);

        (await Store.DescheduleAsync("nightly")).ShouldBe([queued, scheduled], ignoreOrder: true);

        (await Store.FindAsync(scheduled))!.State.ShouldBe(ProcessState.Canceled);
        (await Store.FindAsync(running))!.State.ShouldBe(ProcessState.Running);
        (await Store.FindDueAsync(Known, 10)).ShouldBe([other]);
        (await Store.DescheduleAsync("nightly")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Jobs_BesideSubmissions_AreBoundByNoneOfTheirLimitsAndTakeNoneOfTheirRoom()
    {
        Options.MaxQueueLength = Options.MaxLiveProcessesPerOwner = 1;
        for (var i = 0; i < 3; i++)
            await AddedAsync(process => process with { Type = StoreSteps.JobA, IsLimited = false });
        (await Store.GetLoadAsync()).Queued.ShouldBe(0);

        var page = await AddedAsync();
        (await AddAsync()).Outcome.ShouldBe(AddOutcome.QueueFull);
        var job = await AddedAsync(process => process with { Type = StoreSteps.JobA, IsLimited = false });

        await ClaimedAsync(job);
        (await Store.GetLoadAsync()).Queued.ShouldBe(1);
        await ClaimedAsync(page);
        (await AddAsync()).Outcome.ShouldBe(AddOutcome.OwnerLimit);
    }

    [Fact]
    public async Task List_OfEverybody_IsTheNewestFirst()
    {
        var first = await AddedAsync(owner: "ann");
        var second = await AddedAsync(owner: "bob");
        var third = await AddedAsync(owner: "ann");

        (await Store.ListAsync(new ProcessQuery { Count = 10 })).Select(record => record.Id).ShouldBe([third, second, first]);
        (await Store.ListAsync(new ProcessQuery { Count = 2 })).Select(record => record.Id).ShouldBe([third, second]);
    }
}
