using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Processes that follow others.</summary>
public abstract partial class StoreContract
{
    private static readonly ProcessState[] AllEnds = [ProcessState.Succeeded, ProcessState.Failed, ProcessState.Interrupted, ProcessState.Canceled, ProcessState.Missed];

    [Fact]
    public async Task Successor_OfEveryEnd_IsReleasedOrEndedWithIt()
    {
        foreach (var when in Enum.GetValues<When>())
        {
            foreach (var end in AllEnds)
            {
                var first = await AddedTogetherAsync(with => with with { Terms = new RunTerms { StartBefore = Now.AddMinutes(1) } });
                var waiting = await AddedTogetherAsync(After(when, first));
                var before = await RecordOfAsync(waiting);
                (before.State, before.WaitsFor, before.Position).ShouldBe((ProcessState.Scheduled, 1, null));
                (await Store.ClaimAsync(waiting)).ShouldBeNull();
                await EndAsync(first, end);

                var (expected, reason) = when.IsMetBy(end, isGone: false) switch
                {
                    null => (ProcessState.Scheduled, null),
                    true => (ProcessState.Queued, (ProcessReason?)null),
                    false => (ProcessState.Canceled, ProcessReason.NotFollowed),
                };
                var after = await RecordOfAsync(waiting);
                (when, end, after.State, after.Reason).ShouldBe((when, end, expected, reason));
                after.WaitsFor.ShouldBe(expected == ProcessState.Scheduled ? 1 : 0);
                (after.ReleasedAt is not null).ShouldBe(expected == ProcessState.Queued);
                if (expected != ProcessState.Scheduled)
                    after.Version.ShouldBeGreaterThan(before.Version);

                // One that is added only now comes to the same at once.
                var late = await RecordOfAsync(await AddedTogetherAsync(After(when, first)));
                (when, end, late.State, late.Reason).ShouldBe((when, end, expected, reason));

                // Once what had failed cannot be sent again, nothing is left to wait for.
                await Store.DiscardAsync(first);
                (await RecordOfAsync(waiting)).State.ShouldBe(expected == ProcessState.Scheduled ? ProcessState.Canceled : expected);
                await Store.RequestCancelAsync(waiting);
                await Store.RequestCancelAsync(late.Id);
            }
        }

        (await InspectAsync()).ShouldSatisfyAllConditions(all => all.Scheduled.ShouldBe(0), all => all.Queued.ShouldBe(0), all => all.Running.ShouldBe(0));
    }

    [Fact]
    public async Task Successor_OfSeveral_StartsAfterTheLast_AtItsTime()
    {
        ProcessId[] parts = [await AddedTogetherAsync(), await AddedTogetherAsync(), await AddedTogetherAsync()];
        var last = await AddedTogetherAsync(with => After(When.Succeeded, parts)(with) with { Terms = new RunTerms { NotBefore = Now.AddHours(1) }, Identity = "last" });
        var canceled = await AddedTogetherAsync(with => After(When.Ended, parts)(with) with { Identity = "canceled" });
        (await Store.ListPredecessorsAsync(last)).ShouldBe(parts);
        (await Store.QueueNowAsync(last)).ShouldBeFalse();
        (await InspectAsync()).ShouldSatisfyAllConditions(all => all.Scheduled.ShouldBe(2), all => all.Queued.ShouldBe(3));

        await SucceededAsync(parts[1]);
        (await RecordOfAsync(last)).ShouldSatisfyAllConditions(record => record.WaitsFor.ShouldBe(2), record => record.Terms.NotBefore.ShouldBe(Now.AddHours(1)));
        (await Store.DescheduleAsync("canceled")).ShouldBe([canceled]);
        var run = await ClaimedAsync(parts[0]);
        await Store.FinishAsync(parts[0], run.Record.Fence, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now, Error = "once" });
        (await RecordOfAsync(last)).WaitsFor.ShouldBe(2);
        await SucceededAsync(parts[0]);
        await SucceededAsync(parts[2]);

        (await RecordOfAsync(last)).ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Scheduled), record => record.WaitsFor.ShouldBe(0), record => record.Terms.NotBefore.ShouldBe(Now.AddHours(1)));
        (await Store.QueueDueAsync()).Next.ShouldBe(Now.AddHours(1));
        Time.Advance(TimeSpan.FromHours(1));
        (await Store.ClaimNextAsync(StoreSteps.AllTypes, 10)).Select(claimed => claimed.Record.Id).ShouldBe([last]);
        (await RecordOfAsync(canceled)).State.ShouldBe(ProcessState.Canceled);
        (await Store.ListPredecessorsAsync(last)).ShouldBe(parts);
    }

    [Fact]
    public async Task Successor_ThatIsLate_IsMissed_AndOneThatWaitedLongIsNotOld()
    {
        var first = await AddedTogetherAsync();
        var late = await AddedTogetherAsync(with => After(When.Ended, first)(with) with { Terms = new RunTerms { StartBefore = Now.AddHours(1) } });
        var patient = await AddedTogetherAsync(After(When.Ended, first));
        var behindLate = await AddedTogetherAsync(After(When.NotSucceeded, late));
        await ClaimedAsync(first);
        (await Store.QueueDueAsync()).Next.ShouldBe(Now.AddHours(1));
        Time.Advance(TimeSpan.FromHours(30));

        (await Store.QueueDueAsync()).ShouldSatisfyAllConditions(due => due.Missed.ShouldBe([late]), due => due.Next.ShouldBeNull());
        (await RecordOfAsync(behindLate)).State.ShouldBe(ProcessState.Queued);
        await FinishAsync(first, 1);
        (await Store.MissUnknownAsync(new HashSet<ProcessType>(), TimeSpan.FromHours(24))).ShouldBe(0);
        (await RecordOfAsync(patient)).State.ShouldBe(ProcessState.Queued);
        (await InspectAsync()).OldestQueuedAt.ShouldBe(Now);
    }

    [Fact]
    public async Task Deschedule_OfProcessesThatFollowEachOther_CancelsAll()
    {
        var first = await AddedTogetherAsync(with => with with { Identity = "nightly" });
        var second = await AddedTogetherAsync(with => After(When.Succeeded, first)(with) with { Identity = "nightly" });
        var other = await AddedTogetherAsync(with => with with { Identity = "nightly" });

        (await Store.DescheduleAsync("nightly")).ShouldBe([first, second, other], ignoreOrder: true);

        foreach (var id in (ProcessId[])[first, second, other])
            (await RecordOfAsync(id)).State.ShouldBe(ProcessState.Canceled);
        (await Store.DescheduleAsync("nightly")).ShouldBeEmpty();
        (await InspectAsync()).ShouldSatisfyAllConditions(all => all.Scheduled.ShouldBe(0), all => all.Queued.ShouldBe(0));
    }

    /// <summary>The end of the first releases the second in the same moment.</summary>
    [Fact]
    public async Task Deschedule_OfOneThatTheOthersEndReleases_CancelsItToo()
    {
        var first = await AddedTogetherAsync(with => with with { Identity = "nightly" });
        var second = await AddedTogetherAsync(with => After(When.Ended, first)(with) with { Identity = "nightly" });

        (await Store.DescheduleAsync("nightly")).ShouldBe([first, second], ignoreOrder: true);

        (await RecordOfAsync(second)).State.ShouldBe(ProcessState.Canceled);
        (await Store.ClaimNextAsync(StoreSteps.AllTypes, 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task QueueDue_OfLateProcessesThatFollowEachOther_TellsOfThoseThatAreMissed()
    {
        var late = new RunTerms { StartBefore = Now.AddMinutes(1) };
        var first = await AddedTogetherAsync(with => with with { Terms = late });
        var second = await AddedTogetherAsync(with => After(When.Succeeded, first)(with) with { Terms = late });
        var other = await AddedTogetherAsync(with => with with { Terms = late });
        Time.Advance(TimeSpan.FromMinutes(1));

        (await Store.QueueDueAsync()).ShouldSatisfyAllConditions(due => due.Missed.ShouldBe([first, other]), due => due.Next.ShouldBeNull());

        (await RecordOfAsync(second)).ShouldSatisfyAllConditions(record => record.State.ShouldBe(ProcessState.Canceled), record => record.Reason.ShouldBe(ProcessReason.NotFollowed));
        (await InspectAsync()).ShouldSatisfyAllConditions(all => all.Scheduled.ShouldBe(0), all => all.Queued.ShouldBe(0));
    }

    [Fact]
    public async Task Chain_OfManySteps_IsAddedAndCanceledWhole()
    {
        List<Func<NewProcess, NewProcess>> steps = [with => with];
        var ids = Enumerable.Range(0, 300).Select(_ => ProcessId.New()).ToArray();
        for (var step = 1; step < ids.Length; step++)
            steps.Add(After(When.Succeeded, ids[step - 1]));
        var rescue = ProcessId.New();
        (await AddTogetherAsync([.. steps.Zip(ids, (step, id) => (Func<NewProcess, NewProcess>)(with => step(with) with { Id = id })), with => After(When.NotSucceeded, ids[^1])(with) with { Id = rescue }]))
            .ShouldBe(AddOutcome.Added);

        (await Store.RequestCancelAsync(ids[0])).ShouldBe(CancelOutcome.Canceled);

        (await RecordOfAsync(ids[^1])).State.ShouldBe(ProcessState.Canceled);
        (await RecordOfAsync(rescue)).State.ShouldBe(ProcessState.Queued);
        (await InspectAsync()).ShouldSatisfyAllConditions(all => all.Scheduled.ShouldBe(0), all => all.Queued.ShouldBe(1));
    }

    [Fact]
    public async Task Failed_ThatIsSentAgain_LetsTheRestGoOn()
    {
        ProcessId[] parts = [await AddedTogetherAsync(), await AddedTogetherAsync()];
        var last = await AddedTogetherAsync(After(When.Succeeded, parts));
        var behindLast = await AddedTogetherAsync(After(When.Succeeded, last));
        var always = await AddedTogetherAsync(After(When.Ended, parts));
        await EndAsync(parts[0], ProcessState.Failed);
        (await RecordOfAsync(always)).WaitsFor.ShouldBe(1);

        var again = await AddedAsync(with => with with { Replaces = parts[0], IsLimited = false });
        (await RecordOfAsync(always)).WaitsFor.ShouldBe(2);
        await SucceededAsync(parts[1]);
        (await RecordOfAsync(last)).WaitsFor.ShouldBe(1);
        await EndAsync(again, ProcessState.Interrupted);
        var third = await AddedAsync(with => with with { Replaces = again, IsLimited = false });
        await SucceededAsync(third);

        (await RecordOfAsync(last)).State.ShouldBe(ProcessState.Queued);
        (await RecordOfAsync(always)).State.ShouldBe(ProcessState.Queued);
        (await RecordOfAsync(parts[0])).ReplacedBy.ShouldBe(again);
        (await RecordOfAsync(again)).ReplacedBy.ShouldBe(third);
        (await RecordOfAsync(third)).ReplacedBy.ShouldBeNull();
        (await Store.ListPredecessorsAsync(last)).ShouldBe([third, parts[1]]);
        await EndAsync(last, ProcessState.Failed);
        var lastAgain = await AddedAsync(with => with with { Replaces = last, IsLimited = false });
        (await Store.ListPredecessorsAsync(lastAgain)).ShouldBe([third, parts[1]]);
        await SucceededAsync(lastAgain);
        (await RecordOfAsync(behindLast)).State.ShouldBe(ProcessState.Queued);
    }

    [Fact]
    public async Task Result_ThatSomebodyWaitsWith_IsKept_AndAFailureIsNotWaitedForForEver()
    {
        ProcessId[] parts = [await AddedTogetherAsync(), await AddedTogetherAsync(), await AddedTogetherAsync()];
        var last = await AddedTogetherAsync(After(When.Succeeded, parts));
        await SucceededAsync(parts[0], SomeBytes(1000));
        Time.Advance(Options.ResultRetention - TimeSpan.FromHours(1));
        await EndAsync(parts[1], ProcessState.Failed);
        await ClaimedAsync(parts[2]);
        Time.Advance(TimeSpan.FromHours(2));
        await Store.SweepAsync();

        await using (var kept = (await Store.OpenResultAsync(parts[0])).ShouldNotBeNull().Body)
            ShouldBeEqual(await ReadAsync(kept), SomeBytes(1000));

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        (await RecordOfAsync(parts[1])).IsGone.ShouldBeTrue();
        (await RecordOfAsync(last)).ShouldSatisfyAllConditions(record => record.State.ShouldBe(ProcessState.Canceled), record => record.Reason.ShouldBe(ProcessReason.NotFollowed));
        await Store.SweepAsync();
        (await RecordOfAsync(parts[0])).IsGone.ShouldBeTrue();
    }

    [Fact]
    public async Task AddAll_OfWhatCannotAllBeAdded_AddsNone()
    {
        var canceled = await AddedTogetherAsync();
        await Store.RequestCancelAsync(canceled);
        ProcessId id = ProcessId.New(), behind = ProcessId.New();

        (await AddTogetherAsync(with => with with { Id = id }, with => After(When.Ended, id)(with) with { Id = behind }, After(When.Ended, ProcessId.New()))).ShouldBe(AddOutcome.PredecessorUnknown);
        (await Store.FindAsync(id)).ShouldBeNull();
        (await AddTogetherAsync(with => with with { Id = id }, with => After(When.Ended, id)(with) with { Id = behind })).ShouldBe(AddOutcome.Added);
        await Store.RemoveAsync(id);

        (await Store.FindAsync(id)).ShouldBeNull();
        (await RecordOfAsync(behind)).State.ShouldBe(ProcessState.Queued);
        (await InspectAsync()).ShouldSatisfyAllConditions(all => all.Scheduled.ShouldBe(0), all => all.Queued.ShouldBe(1));
    }

    [Fact]
    public async Task Ends_OfManyAtOnce_ReleaseOnce_WhateverIsAddedMeanwhile()
    {
        var parts = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => AddedTogetherAsync()));
        var last = await AddedTogetherAsync(After(When.Succeeded, parts));
        var other = await AddedTogetherAsync(After(When.Ended, parts));
        var runs = await Store.ClaimNextAsync(StoreSteps.AllTypes, 100);
        runs.Count.ShouldBe(parts.Length);

        var followers = await Task.WhenAll(runs.Select(run => Task.Run(async () =>
        {
            var adding = AddedTogetherAsync(After(When.Succeeded, run.Record.Id));
            (await FinishAsync(run.Record.Id, run.Record.Fence)).ShouldBeTrue();
            return await adding;
        })));

        foreach (var id in (ProcessId[])[last, other, .. followers])
            (await RecordOfAsync(id)).ShouldSatisfyAllConditions(record => record.State.ShouldBe(ProcessState.Queued), record => record.WaitsFor.ShouldBe(0));
        (await Store.ClaimNextAsync(StoreSteps.AllTypes, 100)).Count.ShouldBe(followers.Length + 2);
    }

    [Fact]
    public async Task Group_IsJoinedUntilAMemberStarts_AndCompletedLast()
    {
        var first = await AddedTogetherAsync(InGroup("nightly"));
        var completion = await AddedTogetherAsync(with => with with { AfterGroup = "nightly" });
        var second = await AddedTogetherAsync(InGroup("nightly"));
        await AddedTogetherAsync(with => InGroup("other")(with) with { Owner = "bob" });
        (await RecordOfAsync(completion)).WaitsFor.ShouldBe(2);
        Counts(await Store.FindGroupAsync("nightly")).ShouldBe((2, 2, 0, 0, 0));
        await ClaimedAsync(first);

        (await AddTogetherAsync(with => with, InGroup("nightly"))).ShouldBe(AddOutcome.GroupHasStarted);
        await Store.FinishAsync(first, 1, new ProcessOutcome(ProcessState.Failed));
        (await AddTogetherAsync(InGroup("nightly"))).ShouldBe(AddOutcome.GroupHasStarted);
        Counts(await Store.FindGroupAsync("nightly")).ShouldBe((2, 1, 0, 0, 1));
        (await Store.RemoveGroupAsync("nightly")).ShouldBeFalse();
        var again = await AddedAsync(with => with with { Replaces = first, IsLimited = false });
        (await RecordOfAsync(completion)).WaitsFor.ShouldBe(2);
        await ClaimedAsync(again);
        Counts(await Store.FindGroupAsync("nightly")).ShouldBe((2, 1, 1, 0, 0));
        await FinishAsync(again, 1);
        await EndAsync(second, ProcessState.Canceled);

        (await RecordOfAsync(completion)).State.ShouldBe(ProcessState.Queued);
        (await Store.ListPredecessorsAsync(completion)).ShouldBe([again, second], ignoreOrder: true);
        (await RecordOfAsync(await AddedTogetherAsync(with => with with { AfterGroup = "nightly" }))).State.ShouldBe(ProcessState.Queued);
        var ended = (await Store.FindGroupAsync("nightly")).ShouldNotBeNull();
        Counts(ended).ShouldBe((2, 0, 0, 1, 1));
        ended.EndedAt.ShouldBe(Now);
        Counts(await Store.FindGroupAsync("nightly", ["bob"])).ShouldBeNull();
        Counts(await Store.FindGroupAsync("nightly", ["bob", "ann"])).ShouldBe((2, 0, 0, 1, 1));
        Counts(await Store.FindGroupAsync("unknown")).ShouldBeNull();

        var next = await AddedTogetherAsync(InGroup("nightly"));
        (await Store.ListMembersAsync("nightly")).ShouldBe([next]);
        await EndAsync(next, ProcessState.Succeeded);
        (await Store.RemoveGroupAsync("nightly")).ShouldBeTrue();
        (await Store.FindAsync(next)).ShouldBeNull();

        // The group before it does not become the last one.
        (await Store.FindGroupAsync("nightly")).ShouldBeNull();
        (await Store.ListMembersAsync("nightly")).ShouldBeEmpty();
        (await Store.RemoveGroupAsync("nightly")).ShouldBeFalse();
        (await RecordOfAsync(again)).IsGone.ShouldBeFalse();
    }

    [Fact]
    public async Task Group_BeforeTheOneThatIsRemoved_ExpiresWhole()
    {
        ProcessId[] members = [await AddedTogetherAsync(InGroup("g")), await AddedTogetherAsync(InGroup("g"))];
        await SucceededAsync(members[0]);
        Time.Advance(TimeSpan.FromMinutes(30));
        await SucceededAsync(members[1]);
        var last = await AddedTogetherAsync(InGroup("g"));
        await EndAsync(last, ProcessState.Canceled);

        (await Store.RemoveAsync(last)).ShouldBeTrue();

        Counts(await Store.FindGroupAsync("g")).ShouldBeNull();
        (await Store.RemoveGroupAsync("g")).ShouldBeFalse();
        await EndAsync(await AddedTogetherAsync(InGroup("g")), ProcessState.Canceled);
        Counts(await Store.FindGroupAsync("g")).ShouldBe((1, 0, 0, 0, 1));
        (await Store.RemoveGroupAsync("g")).ShouldBeTrue();
        Counts(await Store.FindGroupAsync("g")).ShouldBeNull();

        Time.Advance(Options.ResultRetention - TimeSpan.FromMinutes(30));
        await Store.SweepAsync();
        (await RecordOfAsync(members[0])).IsGone.ShouldBeFalse();
        Time.Advance(TimeSpan.FromMinutes(30));
        await Store.SweepAsync();
        foreach (var member in members)
            (await RecordOfAsync(member)).IsGone.ShouldBeTrue();
    }

    [Fact]
    public async Task Completion_OfAGroupWhoseMemberHadFailed_WaitsForThatOneSentAgain()
    {
        ProcessId[] members = [await AddedTogetherAsync(InGroup("g")), await AddedTogetherAsync(InGroup("g"))];
        await ClaimedAsync(members[1]);
        await EndAsync(members[0], ProcessState.Failed);
        var completion = await AddedTogetherAsync(with => with with { AfterGroup = "g" });
        (await RecordOfAsync(completion)).WaitsFor.ShouldBe(1);

        var again = await AddedAsync(with => with with { Replaces = members[0], IsLimited = false });

        (await RecordOfAsync(completion)).WaitsFor.ShouldBe(2);
        (await Store.ListPredecessorsAsync(completion)).ShouldBe([members[1], again]);
        await FinishAsync(members[1], 1);
        (await RecordOfAsync(completion)).WaitsFor.ShouldBe(1);
        await SucceededAsync(again);
        (await RecordOfAsync(completion)).State.ShouldBe(ProcessState.Queued);
    }

    [Fact]
    public async Task Predecessors_ThatJoinedAGroupAfterItsCompletion_AreInTheOrderOfTheirArrival()
    {
        List<ProcessId> members = [await AddedTogetherAsync(InGroup("g")), await AddedTogetherAsync(InGroup("g"))];
        var completion = await AddedTogetherAsync(with => with with { AfterGroup = "g" });
        for (var joined = 0; joined < 6; joined++)
            members.Add(await AddedTogetherAsync(InGroup("g")));

        (await Store.ListPredecessorsAsync(completion)).ShouldBe(members);
    }

    [Fact]
    public async Task Group_WhoseMembersAreAddedWithItsCompletion_IsCompletedLast()
    {
        var earlier = await AddedTogetherAsync(with => with with { AfterGroup = "nightly" });
        await AddedTogetherAsync(InGroup("nightly"));
        ProcessId[] completions = [await AddedTogetherAsync(with => with with { AfterGroup = "nightly" }), ProcessId.New()];

        (await AddTogetherAsync(
            InGroup("nightly"), InGroup("other"), with => with with { Id = completions[1], AfterGroup = "nightly" }, InGroup("nightly"))).ShouldBe(AddOutcome.Added);

        (await RecordOfAsync(earlier)).State.ShouldBe(ProcessState.Queued);
        foreach (var completion in completions)
        {
            (await RecordOfAsync(completion)).WaitsFor.ShouldBe(3);
            (await Store.ListPredecessorsAsync(completion)).ShouldBe(await Store.ListMembersAsync("nightly"), ignoreOrder: true);
        }

        foreach (var member in await Store.ListMembersAsync("nightly"))
            await EndAsync(member, ProcessState.Succeeded);
        foreach (var completion in completions)
            (await RecordOfAsync(completion)).State.ShouldBe(ProcessState.Queued);
    }

    /// <summary>It has joined before the end, and is waited for; or the end was first, and it begins a new group; or it is refused, since the other one runs.</summary>
    [Fact]
    public async Task Group_JoinedWhileItsOnlyMemberEnds_IsCompletedLastOrBegunAnew()
    {
        for (var round = 0; round < 40; round++)
        {
            var (reference, added) = ($"group {round}", ProcessId.New());
            var only = await AddedTogetherAsync(InGroup(reference));
            var completion = await AddedTogetherAsync(with => with with { AfterGroup = reference });
            var joining = Task.Run(() => AddTogetherAsync(with => InGroup(reference)(with) with { Id = added }));
            await Task.WhenAll(joining, Task.Run(() => EndAsync(only, round % 2 == 0 ? ProcessState.Canceled : ProcessState.Succeeded)));

            var isRefused = await joining == AddOutcome.GroupHasStarted;
            var isAwaited = (await Store.ListPredecessorsAsync(completion)).Contains(added);
            (await Store.ListMembersAsync(reference)).ShouldBe(isRefused ? [only] : isAwaited ? [only, added] : [added], $"round {round}");
            (await RecordOfAsync(completion)).State.ShouldBe(isAwaited ? ProcessState.Scheduled : ProcessState.Queued, $"round {round}");
        }
    }

    [Fact]
    public async Task Group_WhoseOnlyMemberThatHasRunIsDiscarded_IsNotJoined()
    {
        var first = await AddedTogetherAsync(InGroup("g"));
        var second = await AddedTogetherAsync(InGroup("g"));
        await SucceededAsync(first);
        (await Store.DiscardAsync(first)).ShouldBeTrue();
        (await AddTogetherAsync(InGroup("g"))).ShouldBe(AddOutcome.GroupHasStarted);

        Time.Advance(Options.TombstoneRetention + TimeSpan.FromMinutes(1));
        await Store.SweepAsync();

        (await Store.FindAsync(first)).ShouldBeNull();
        (await AddTogetherAsync(InGroup("g"))).ShouldBe(AddOutcome.GroupHasStarted);
        await SucceededAsync(second);

        (await AddTogetherAsync(InGroup("g"))).ShouldBe(AddOutcome.Added);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Group_WhoseOnlyMemberThatHasRunIsRemovedOrSentAgain_IsNotJoined(bool isRemoved)
    {
        var first = await AddedTogetherAsync(InGroup("g"));
        var second = await AddedTogetherAsync(InGroup("g"));
        await EndAsync(first, ProcessState.Failed);
        if (isRemoved)
            (await Store.RemoveAsync(first)).ShouldBeTrue();
        else
            await SucceededAsync(await AgainAsync(await AgainAsync(first)));

        (await AddTogetherAsync(InGroup("g"))).ShouldBe(AddOutcome.GroupHasStarted);
        await SucceededAsync(second);

        (await AddTogetherAsync(InGroup("g"))).ShouldBe(AddOutcome.Added);

        Task<ProcessId> AgainAsync(ProcessId failed) => AddedAsync(with => with with { Replaces = failed, IsLimited = false });
    }

    [Fact]
    public async Task Failed_ThatIsSentAgainAfterItsRemoval_IsAdded()
    {
        var failed = await AddedTogetherAsync(InGroup("g"));
        await EndAsync(failed, ProcessState.Failed);
        (await Store.RemoveAsync(failed)).ShouldBeTrue();

        await SucceededAsync(await AddedAsync(with => with with { Replaces = failed, IsLimited = false }));

        (await AddTogetherAsync(InGroup("g"))).ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Failure_InAGroup_ExpiresWithWhatWaitsForIt()
    {
        var first = await AddedTogetherAsync(InGroup("g"));
        var second = await AddedTogetherAsync(with => After(When.Succeeded, first)(InGroup("g")(with)));
        await EndAsync(first, ProcessState.Failed);

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();

        (await RecordOfAsync(second)).ShouldSatisfyAllConditions(record => record.State.ShouldBe(ProcessState.Canceled), record => record.Reason.ShouldBe(ProcessReason.NotFollowed));
        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        (await RecordOfAsync(second)).IsGone.ShouldBeTrue();
    }

    [Fact]
    public async Task Group_ExpiresWhole()
    {
        ProcessId[] members = [await AddedTogetherAsync(InGroup("g")), await AddedTogetherAsync(InGroup("g"))];
        await SucceededAsync(members[0]);
        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        Counts(await Store.FindGroupAsync("g")).ShouldBe((2, 1, 0, 1, 0));
        await SucceededAsync(members[1]);
        await Store.SweepAsync();
        Counts(await Store.FindGroupAsync("g")).ShouldBe((2, 0, 0, 2, 0));

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();

        Counts(await Store.FindGroupAsync("g")).ShouldBeNull();
        foreach (var member in members)
            (await RecordOfAsync(member)).IsGone.ShouldBeTrue();
        await AddedTogetherAsync(InGroup("g"));
        Counts(await Store.FindGroupAsync("g")).ShouldBe((1, 1, 0, 0, 0));
    }

    private static (int, int, int, int, int)? Counts(GroupStatus? group) => group is null ? null : (group.Total, group.Waiting, group.Running, group.Succeeded, group.NotSucceeded);

    private static Func<NewProcess, NewProcess> After(When when, params ProcessId[] predecessors) => with => with with { After = [.. predecessors.Select(id => new Predecessor(id, when))] };

    private static Func<NewProcess, NewProcess> InGroup(string reference) => with => with with { Group = reference };

    private async Task<ProcessRecord> RecordOfAsync(ProcessId id) => (await Store.FindAsync(id)).ShouldNotBeNull();

    /// <summary>Adds what these make of ordinary processes of code, all or none.</summary>
    private async Task<AddOutcome> AddTogetherAsync(params Func<NewProcess, NewProcess>[] with)
    {
        var spools = new List<ContentSpool>();
        foreach (var _ in with)
            spools.Add(await SpoolAsync("args"u8.ToArray()));
        var outcome = await Store.AddAllAsync([.. with.Zip(spools, (make, body) => make(NewProcess(body) with { IsLimited = false }))]);
        foreach (var spool in spools)
            await spool.DisposeAsync();
        return outcome;
    }

    private async Task<ProcessId> AddedTogetherAsync(Func<NewProcess, NewProcess>? with = null)
    {
        var id = ProcessId.New();
        (await AddTogetherAsync(process => (with?.Invoke(process) ?? process) with { Id = id })).ShouldBe(AddOutcome.Added);
        return id;
    }

    /// <summary>Brings a process, which waits for its start, to this end.</summary>
    private async Task EndAsync(ProcessId id, ProcessState end)
    {
        switch (end)
        {
            case ProcessState.Succeeded:
                await SucceededAsync(id);
                break;
            case ProcessState.Canceled:
                (await Store.RequestCancelAsync(id)).ShouldBe(CancelOutcome.Canceled);
                break;
            case ProcessState.Missed:
                Time.Advance(TimeSpan.FromMinutes(1));
                (await Store.QueueDueAsync()).Missed.ShouldContain(id);
                break;
            default:
                var run = await ClaimedAsync(id);
                (await Store.FinishAsync(id, run.Record.Fence, new ProcessOutcome(end))).ShouldBeTrue();
                break;
        }
    }
}
