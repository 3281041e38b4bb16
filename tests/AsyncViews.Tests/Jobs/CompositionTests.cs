using System.Collections.Concurrent;
using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>Jobs that follow each other, run side by side, or are one group.</summary>
public sealed class CompositionTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _started = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _held = new();
    private readonly ConcurrentDictionary<string, bool> _failing = new();
    private Site? _site;

    private Site Site => _site!;

    public async ValueTask InitializeAsync() => _site = await JobSite.StartAsync(RunAsync, setup =>
    {
        setup.Time = Clock.Start();
        setup.Endpoints = app =>
        {
            app.MapJobs();
            app.MapGet("/held/{group}", async (string group, IJobScheduler jobs) => (await jobs.ScheduleParallelAsync(
                [Held($"{group} 1"), Held($"{group} 2"), Held($"{group} 3")], last: new Order($"{group} last"), new ScheduleOptions { Group = group })).Select(id => id.ToString()));
        };
    });

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    [Fact]
    public async Task Sequence_RunsInOrder_AndGoesOnWhenAFailedStepIsSentAgain()
    {
        _failing["b"] = true;
        var steps = await Site.Jobs().ScheduleSequenceAsync([new Order("a"), new Order("b"), new Errand(1), new Order("d")]);
        var rescue = await Site.Jobs().ScheduleAsync(new Order("rescue"), new() { After = [new(steps[1], When.NotSucceeded)] });
        var audit = await Site.Jobs().ScheduleAsync(new Order("audit"), new() { After = [new(steps[0]), new(steps[1], When.Ended)] });

        (await Site.EndOfAsync(steps[1])).State.ShouldBe(ProcessState.Failed);
        (await Site.EndOfAsync(rescue)).State.ShouldBe(ProcessState.Succeeded);
        (await Site.EndOfAsync(audit)).State.ShouldBe(ProcessState.Succeeded);
        (await StatusAsync(steps[2])).ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Scheduled), status => status.WaitsFor.ShouldBe(1), status => status.NotBefore.ShouldBeNull());
        (await StatusAsync(steps[3])).WaitsFor.ShouldBe(1);

        _failing.Clear();
        var again = await Site.Processes.SendAgainAsync(steps[1]);

        (await Site.EndOfAsync(steps[3])).State.ShouldBe(ProcessState.Succeeded);
        _started.Where(text => text is not ("rescue" or "audit")).ShouldBe(["a", "b", "b", "errand 1", "d"]);
        (await Site.Processes.GetPredecessorsAsync(steps[2])).ShouldBe([again.Id!.Value]);

        // What has ended is followed at once, or never.
        (await Site.EndOfAsync(await Site.Jobs().ScheduleAsync(new Order("late"), new() { After = [new(steps[3])] }))).State.ShouldBe(ProcessState.Succeeded);
        var never = await Site.Jobs().ScheduleAsync(new Order("never"), new() { After = [new(steps[3], When.NotSucceeded)] });
        (await Site.EndOfAsync(never)).ShouldSatisfyAllConditions(status => status.State.ShouldBe(ProcessState.Canceled), status => status.Reason.ShouldBe(ProcessReason.NotFollowed));
        _started.ShouldNotContain("never");
    }

    /// <summary>Somebody sends all failed jobs again, and then all failed jobs once more: the first is still among them.</summary>
    [Fact]
    public async Task Failed_ThatWasSentAgain_StandsForTheLastInItsPlace()
    {
        _failing["a"] = true;
        var steps = await Site.Jobs().ScheduleSequenceAsync([new Order("a"), new Order("b")]);
        await Site.EndOfAsync(steps[0]);
        var second = (await Site.Processes.SendAgainAsync(steps[0])).Id.ShouldNotBeNull();
        await Site.EndOfAsync(second);
        _failing.Clear();

        var sent = await Task.WhenAll(Site.Processes.SendAgainAsync(steps[0]), Site.Processes.SendAgainAsync(second));

        var third = sent.Select(one => one.Id).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
        (await Site.EndOfAsync(third)).State.ShouldBe(ProcessState.Succeeded);
        (await Site.EndOfAsync(steps[1])).State.ShouldBe(ProcessState.Succeeded);
        (await Site.Processes.SendAgainAsync(steps[0])).ShouldBe(new SendAgainResult(SendAgainOutcome.Accepted, third));
        (await Site.Processes.SendAgainAsync(second)).ShouldBe(new SendAgainResult(SendAgainOutcome.Accepted, third));
        _started.ShouldBe(["a", "a", "a", "b"]);
        var late = await Site.Jobs().ScheduleAsync(new Order("late"), new() { After = [new(steps[0], When.Ended), new(second)] });
        (await Site.EndOfAsync(late)).State.ShouldBe(ProcessState.Succeeded);
        (await Site.Processes.GetPredecessorsAsync(late)).ShouldBe([third]);
    }

    [Fact]
    public async Task Failed_ThatWasSentAgainAndCanceled_IsSentAgain()
    {
        _failing["a"] = true;
        var failed = await Site.Jobs().ScheduleAsync(new Order("a"));
        await Site.EndOfAsync(failed);
        _failing.Clear();
        _held["a"] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var canceled = (await Site.Processes.SendAgainAsync(failed)).Id.ShouldNotBeNull();
        await Site.Processes.CancelAsync(canceled);
        (await Site.EndOfAsync(canceled)).State.ShouldBe(ProcessState.Canceled);
        _held.Clear();

        var again = (await Site.Processes.SendAgainAsync(failed)).Id.ShouldNotBeNull();

        again.ShouldNotBe(canceled);
        (await Site.EndOfAsync(again)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Step_ThatIsRetried_IsFollowedOnceItSucceeds()
    {
        _failing["errand 7"] = true;
        var steps = await Site.Jobs().ScheduleSequenceAsync([new Errand(7), new Order("after the errand")], new ScheduleOptions { MaxAttempts = 2 });
        await Site.StateOfAsync(steps[0], ProcessState.Scheduled);

        (await StatusAsync(steps[1])).WaitsFor.ShouldBe(1);
        await Site.Processes.CancelAsync(steps[0]);

        (await Site.EndOfAsync(steps[1])).ShouldSatisfyAllConditions(status => status.State.ShouldBe(ProcessState.Canceled), status => status.Reason.ShouldBe(ProcessReason.NotFollowed));
    }

    [Fact]
    public async Task LastJob_OfAParallel_GetsTheResultsInOrder()
    {
        var last = "";
        _held["slow"] = new TaskCompletionSource();
        Results = async process => last = string.Join(',', await Site.Processes.GetResultsAsync<string>(process.Id));
        var ids = await Site.Jobs().ScheduleParallelAsync([Held("slow"), new Order("b"), new Order("c")], last: new Order("results"));
        await Site.EndOfAsync(ids[1]);
        await Site.EndOfAsync(ids[2]);
        (await StatusAsync(ids[3])).WaitsFor.ShouldBe(1);

        _held["slow"].SetResult();

        (await Site.EndOfAsync(ids[3])).State.ShouldBe(ProcessState.Succeeded);
        last.ShouldBe("slow,b,c");
        (await Site.Processes.GetPredecessorsAsync(ids[3])).ShouldBe(ids.Take(3));
    }

    [Fact]
    public async Task Group_OverHttp_HasOneProgressForItsOwner()
    {
        foreach (var number in (int[])[1, 2, 3])
            _held[$"g {number}"] = new TaskCompletionSource();
        using var ann = Site.Browse();
        using var eve = Site.Browse();
        ProcessId[] ids = [.. (await (await ann.GetAsync("/held/g")).JsonAsync(HttpStatusCode.OK)).EnumerateArray().Select(id => ProcessId.Parse(id.GetString()!))];
        var completion = await Site.Jobs().ScheduleAsync(new Order("completion"), new() { AfterGroup = "g" });
        foreach (var number in (int[])[1, 2, 3])
            await Eventually.BeTrueAsync(() => Task.FromResult(_started.Contains($"g {number}")), "they run");
        await Should.ThrowAsync<InvalidOperationException>(() => Site.Jobs().ScheduleAsync(new Order("too late"), new() { Group = "g" }));

        var page = await ann.OpenAsync("/Embedding?group=g");
        page.QuerySelector("section progress").ShouldNotBeNull().GetAttribute("value").ShouldBe("0");
        page.QuerySelector("section").ShouldNotBeNull().TextContent.ShouldContain("0 of 4 done");
        var poll = page.QuerySelector("section [data-hx-get]").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();
        (await eve.OpenAsync("/Embedding?group=g")).QuerySelector("section").ShouldNotBeNull().InnerHtml.ShouldBeEmpty();
        (await (await eve.GetAsync(poll, ("HX-Request", "true"))).TextAsync(HttpStatusCode.OK)).ShouldBeEmpty();
        (await ann.GetAsync(poll, ("HX-Request", "true"))).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await ann.SendAsync(HttpMethod.Post, poll, null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        var waiting = await ann.OpenAsync($"/processes/processing?process_id={ids[3]}");
        waiting.QuerySelector("#av-status").ShouldNotBeNull().TextContent.Trim().ShouldBe("Waits for other work");

        _failing["g 1"] = true;
        _held["g 1"].SetResult();
        _held["g 2"].SetResult();
        await Site.EndOfAsync(ids[0]);
        await Site.EndOfAsync(ids[1]);
        using (var answer = await ann.GetAsync(poll, ("HX-Request", "true")))
        {
            var part = await answer.DocumentAsync(HttpStatusCode.OK);
            part.QuerySelector("progress").ShouldNotBeNull().GetAttribute("value").ShouldBe("50");
            part.Body!.TextContent.ShouldContain("2 of 4 done");
            part.Body.TextContent.ShouldContain("Unsuccessful: 1");
            part.QuerySelector("[data-hx-swap-oob]").ShouldNotBeNull();
            answer.Header("AsyncViews-Answer").ShouldNotBeNull();
        }

        (await Site.Processes.GetGroupAsync("g")).ShouldNotBeNull().ShouldSatisfyAllConditions(
            group => (group.Total, group.Ended, group.Remaining, group.NotSucceeded).ShouldBe((4, 2, 2, 1)),
            group => group.EstimateAt(group.StartedAt!.Value.AddSeconds(10)).ShouldBe(new GroupEstimate(TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10))));
        (await Site.Processes.RemoveGroupAsync("g")).ShouldBeFalse();
        _failing.Clear();
        await Site.Processes.SendAgainAsync(ids[0]);
        _held["g 3"].SetResult();
        await Site.EndOfAsync(ids[3]);
        await Site.EndOfAsync(completion);

        (await StatusAsync(completion)).StartedAt!.Value.ShouldBeGreaterThanOrEqualTo((await StatusAsync(ids[3])).EndedAt!.Value);
        (await Site.Processes.GetGroupAsync("g")).ShouldNotBeNull().ShouldSatisfyAllConditions(
            group => (group.Total, group.Succeeded).ShouldBe((4, 4)), group => group.IsEnded.ShouldBeTrue());
        var ended = (await ann.OpenAsync("/Embedding?group=g")).QuerySelector("section").ShouldNotBeNull();
        ended.QuerySelector("[data-hx-get]").ShouldBeNull();
        ended.TextContent.ShouldContain("4 of 4 done");
        (await Site.Processes.RemoveGroupAsync("g")).ShouldBeTrue();
        (await Site.Processes.GetStatusAsync(ids[3])).ShouldBeNull();
    }

    [Fact]
    public async Task Group_ThatIsCanceled_LeavesItsCompletion()
    {
        _held["slow"] = new TaskCompletionSource();
        var options = new ScheduleOptions { Group = "canceled" };
        var ids = await Site.Jobs().ScheduleSequenceAsync([Held("slow"), new Order("second"), new Order("third")], options);
        var completion = await Site.Jobs().ScheduleAsync(new Order("completion"), new() { AfterGroup = "canceled" });
        await Eventually.BeTrueAsync(() => Task.FromResult(_started.Contains("slow")), "it runs");

        (await Site.Processes.CancelGroupAsync("canceled")).ShouldBe(3);

        (await Site.EndOfAsync(completion)).State.ShouldBe(ProcessState.Succeeded);
        foreach (var id in ids)
            (await StatusAsync(id)).State.ShouldBe(ProcessState.Canceled);
        _started.ShouldBe(["slow", "completion"]);
    }

    [Fact]
    public async Task WhatCannotBeFollowed_IsRefused_AndNothingIsScheduled()
    {
        var unknown = new ScheduleOptions { After = [new(ProcessId.New())] };

        await Should.ThrowAsync<ArgumentException>(() => Site.Jobs().ScheduleAsync(new Order("x"), unknown));
        await Should.ThrowAsync<ArgumentException>(() => Site.Jobs().ScheduleSequenceAsync([new Order("x"), new Order("y")], unknown));
        await Should.ThrowAsync<InvalidOperationException>(() => Site.Jobs().ScheduleSequenceAsync([new Order("x"), new Orphan(1)]));
        await Should.ThrowAsync<ArgumentException>(() => Site.Jobs().ScheduleSequenceAsync([]));
        await Should.ThrowAsync<ArgumentException>(() => Site.Jobs().ScheduleParallelAsync([], last: new Order("x")));
        await Should.ThrowAsync<ArgumentException>(() => Site.Jobs().ScheduleAsync(new Order("x"), new() { Group = "" }));
        var itself = new ScheduleOptions { Group = "g", AfterGroup = "g" };
        (await Should.ThrowAsync<ArgumentException>(() => Site.Jobs().ScheduleAsync(new Order("x"), itself))).Message.ShouldContain("wait for itself");
        await Should.ThrowAsync<ArgumentException>(() => Site.Jobs().ScheduleSequenceAsync([new Order("x"), new Order("y")], itself));
        await Should.ThrowAsync<ArgumentException>(() => Site.Jobs().ScheduleParallelAsync([new Order("x"), new Order("y")], options: itself));

        (await Site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    private Func<ProcessContext, Task>? Results { get; set; }

    private static Order Held(string text) => new(text, "held");

    private async Task<ProcessStatus> StatusAsync(ProcessId id) => (await Site.Processes.GetStatusAsync(id)).ShouldNotBeNull();

    private async Task<object?> RunAsync(string text, ProcessContext process, CancellationToken cancellationToken)
    {
        _started.Enqueue(text);
        if (_held.TryGetValue(text, out var held))
            await held.Task.WaitAsync(cancellationToken);
        if (_failing.ContainsKey(text))
            throw new InvalidOperationException("It fails.");
        if (text == "results")
            await Results!(process);
        return text;
    }
}
