using System.Globalization;
using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Endpoints;

/// <summary>Polls that wait for something to say.</summary>
public sealed class HeldPollTests
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);

    /// <summary>The time within which a poll answers once it is due. Where it does not, its test takes longer.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = Clock.Start();

    [Fact]
    public async Task Poll_OverHttp2_IsAnsweredWhenTheProcessEnds()
    {
        await using var run = await StartAsync(http2: true);
        var poll = run.PollAsync(await run.PollAddressAsync());
        await ShouldBeHeldAsync(run, 1);

        run.Gate.Open();

        using var answer = await poll.Soon("the end, though the clock stands still");
        (await answer.EndAddressAsync()).ShouldBe(run.Submitted.Result);
    }

    [Fact]
    public async Task Poll_OverHttp2_TellsATurnAtOnceAndAnotherChangeAtThePollInterval()
    {
        await using var run = await StartAsync(http2: true);
        var address = await run.PollAddressAsync();

        var first = run.PollAsync(address);
        await ShouldBeHeldAsync(run, 1);
        run.Process.ReportProgress(30);
        using (var turned = await first.Soon("a quarter"))
        {
            turned.StatusCode.ShouldBe(HttpStatusCode.OK);
            turned.Header("Preference-Applied").ShouldBe("wait=20");
            HoldOf(turned).ShouldBe(TimeSpan.Zero);
        }

        var second = run.PollAsync(await run.PollAddressAsync());
        await ShouldBeHeldAsync(run, 1);
        run.Process.ReportProgress(31);
        using var changed = await AfterAsync(TimeSpan.FromSeconds(1.2), second);
        HoldOf(changed).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(0.9));
        (await changed.DocumentAsync(HttpStatusCode.OK)).QuerySelector("progress").ShouldNotBeNull().GetAttribute("value").ShouldBe("31");
    }

    /// <summary>The poll's own come behind those of the page, and are found by any case.</summary>
    [Theory]
    [InlineData("/Work?m=7")]
    [InlineData("/Work?M=7")]
    public async Task Poll_OfAPageWhoseQueryHasItsNames_IsHeldAndAnnouncesOnlyWhatIsNew(string form)
    {
        await using var run = await StartAsync(http2: true, form: form);
        var poll = run.PollAsync(await run.PollAddressAsync());
        await ShouldBeHeldAsync(run, 1);

        run.Process.ReportProgress(1);

        using var changed = await AfterAsync(TimeSpan.FromSeconds(1.2), poll);
        var fragment = await changed.DocumentAsync(HttpStatusCode.OK);
        fragment.QuerySelector("[data-hx-swap-oob]").ShouldBeNull();
        fragment.QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull().ShouldStartWith($"{form}&handler=");
    }

    [Fact]
    public async Task Poll_OverHttp11_IsHeldWithinItsIntervalAndTellsAChangeAtOnce()
    {
        await using var run = await StartAsync();
        var address = await run.PollAddressAsync();

        var unchanged = run.PollAsync(address);
        await ShouldBeHeldAsync(run, 1);
        using (var nothing = await AfterAsync(TimeSpan.FromSeconds(1), unchanged))
        {
            nothing.StatusCode.ShouldBe(HttpStatusCode.NoContent);
            nothing.Header("Preference-Applied").ShouldBeNull("it asks again at its interval");
        }

        var poll = run.PollAsync(address);
        await ShouldBeHeldAsync(run, 1);
        run.Process.ReportProgress(1);
        using var changed = await poll.Soon("the change");
        changed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Poll_WithNothingNew_IsAnsweredWhenTheHoldIsOver()
    {
        await using var run = await StartAsync(http2: true);
        var poll = run.PollAsync(await run.PollAddressAsync());
        await ShouldBeHeldAsync(run, 1);

        // The cadence has changed in the meantime, so there is a new interval to tell.
        using var answer = await AfterAsync(Hold, poll);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        HoldOf(answer).ShouldBeGreaterThanOrEqualTo(Hold);
    }

    [Theory]
    [InlineData("wait=5", "wait=5", 5)]
    [InlineData("wait=500", "wait=20", 20)]
    public async Task Json_WithAPreference_IsHeldSoLongAndSaysSo(string prefer, string applied, int seconds)
    {
        await using var run = await StartAsync();
        var poll = run.Browser.GetAsync(run.Submitted.Completed, ("Accept", "application/json"), ("Prefer", prefer));
        await ShouldBeHeldAsync(run, 1);

        using var answer = await AfterAsync(TimeSpan.FromSeconds(seconds), poll);
        answer.Header("Preference-Applied").ShouldBe(applied);
        HoldOf(answer).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(seconds));
        (await answer.JsonAsync(HttpStatusCode.OK)).GetProperty("state").GetString().ShouldBe("running");
    }

    [Fact]
    public async Task Json_WithAPreference_IsAnsweredAtAnyChange()
    {
        await using var run = await StartAsync();
        var poll = run.Browser.GetAsync(run.Submitted.Completed, ("Accept", "application/json"), ("Prefer", "wait=20"));
        await ShouldBeHeldAsync(run, 1);

        run.Process.ReportProgress(3);

        using var answer = await poll.Soon("the change");
        (await answer.JsonAsync(HttpStatusCode.OK)).GetProperty("completed").GetDouble().ShouldBe(3);
    }

    [Fact]
    public async Task Json_WithoutAPreference_IsAnsweredAtOnce()
    {
        await using var run = await StartAsync();

        (await run.Submitted.StatusAsync().Soon("the answer")).GetProperty("state").GetString().ShouldBe("running");
    }

    [Fact]
    public async Task Polls_BeyondTheOwnersShare_AreAnsweredAtOnce()
    {
        await using var run = await StartAsync(http2: true);
        var address = await run.PollAddressAsync();
        Task<HttpResponseMessage>[] held = [run.PollAsync(address), run.PollAsync(address)];
        await ShouldBeHeldAsync(run, 2);

        using var third = await run.PollAsync(address).Soon("the third");

        third.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        third.Header("Preference-Applied").ShouldBeNull("a page that came back at once would come back for ever");
        using var script = await run.Browser.GetAsync(run.Submitted.Completed, ("Accept", "application/json"), ("Prefer", "wait=20")).Soon("the script");
        script.Header("Preference-Applied").ShouldBeNull();
        script.Header("Retry-After").ShouldBe("1");
        run.Gate.Open();
        foreach (var poll in held)
            (await poll.Soon("the end")).Dispose();
    }

    [Fact]
    public async Task Poll_WhileTheApplicationStops_IsAnswered()
    {
        await using var run = await StartAsync(http2: true);
        var poll = run.PollAsync(await run.PollAddressAsync());
        await ShouldBeHeldAsync(run, 1);

        run.Site.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await poll.Soon("the answer")).Dispose();
    }

    [Fact]
    public async Task Poll_WhoseSessionEndsWhileItIsHeld_IsSentToSignIn()
    {
        await using var run = await StartAsync(http2: true, signedIn: true);
        var poll = run.PollAsync(await run.PollAddressAsync());
        await ShouldBeHeldAsync(run, 1);
        run.Site.Services.GetRequiredService<SessionLength>().HasEnded = true;

        run.Process.ReportProgress(50);

        using var answer = await poll.Soon("the answer");
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        answer.Header("HX-Refresh").ShouldBe("true");
    }

    [Fact]
    public async Task Poll_OfAQueuedProcess_IsAnsweredWhenItStarts()
    {
        await using var run = await StartAsync(http2: true, runs: 1);
        var queued = await run.Browser.SubmitAsync("/Work");
        var address = (await run.Browser.OpenAsync(queued.Processing)).QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get")!;
        var poll = run.PollAsync(address);
        await ShouldBeHeldAsync(run, 1);

        run.Gate.Open();

        using var answer = await poll.Soon("the start or the end");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<HeldRun> StartAsync(bool http2 = false, bool signedIn = false, int? runs = null, string form = "/Work") => HeldRun.StartAsync(form, setup =>
    {
        setup.Http2 = http2;
        setup.Time = _time;
        setup.Services = services => services.AddSingleton<SessionLength>();
        setup.Options = options =>
        {
            options.PollHold = Hold;
            options.MaxConcurrentRuns = runs ?? options.MaxConcurrentRuns;
            if (signedIn)
                options.RevalidateUserAsync = context => ValueTask.FromResult(!context.RequestServices.GetRequiredService<SessionLength>().HasEnded);
        };
    });

    /// <summary>
    /// A poll may look at the clock a moment after it was moved: then it needs the time once more. Not at once, since what it
    /// says depends on the time as well.
    /// </summary>
    private async Task<HttpResponseMessage> AfterAsync(TimeSpan time, Task<HttpResponseMessage> poll)
    {
        for (var turn = 0; turn < 5 && !poll.IsCompleted; turn++)
        {
            _time.Advance(time);
            await Task.WhenAny(poll, Task.Delay(Moment));
        }

        return await poll.Soon("the answer");
    }

    /// <summary>The time for which it was held, by the clock of the test.</summary>
    private static TimeSpan HoldOf(HttpResponseMessage answer) =>
        TimeSpan.FromMilliseconds(int.Parse(answer.Header("Server-Timing").ShouldNotBeNull().Replace("hold;dur=", ""), CultureInfo.InvariantCulture));

    private static Task ShouldBeHeldAsync(HeldRun run, int count) => Eventually.BeTrueAsync(
        () => run.Site.Services.GetRequiredService<AsyncViews.Progress.HeldPolls>().Count == count, $"{count} held polls");

    private sealed class SessionLength
    {
        public bool HasEnded { get; set; }
    }
}
