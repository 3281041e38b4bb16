using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Views;

/// <summary>The waiting page, with and without updates.</summary>
public class WaitingPageTests
{
    [Fact]
    public async Task WaitingPage_OfARun_HasWhatUpdatesItInTheLayoutsHead()
    {
        await using var run = await HeldRun.StartAsync();
        run.Process.ReportProgress(42.5, "Reading rows");

        var page = await run.Browser.OpenAsync(run.Submitted.Processing);

        page.QuerySelector("#layout").ShouldNotBeNull();
        page.QuerySelector("title").ShouldNotBeNull().TextContent.ShouldBe("42.5% – Work - Test site");
        page.QuerySelector("head noscript").ShouldNotBeNull().InnerHtml.ShouldContain("http-equiv=\"refresh\" content=\"5\"");
        page.QuerySelectorAll("head script[src]").Length.ShouldBe(2);
        page.QuerySelector("meta[name=robots]").ShouldNotBeNull().GetAttribute("content").ShouldBe("noindex");
        page.QuerySelector("progress").ShouldNotBeNull().GetAttribute("value").ShouldBe("42.5");
        page.QuerySelector("#av-poll bdi").ShouldNotBeNull().TextContent.ShouldBe("Reading rows");
        page.QuerySelector("time[datetime]").ShouldNotBeNull();
        page.QuerySelector("#av-status[role=status] .av-announced").ShouldNotBeNull().TextContent.Trim().ShouldBe("A quarter is done.");
        page.QuerySelectorAll("[hx-get], [onclick], [style], script:not([src])").ShouldBeEmpty();
    }

    [Fact]
    public async Task WaitingPage_OfAPageWhoseTitleIsMadeOfWhatItLoads_HasTheNameOfThePage()
    {
        await using var run = await HeldRun.StartAsync("/Titled");

        var page = await run.Browser.OpenAsync(run.Submitted.Processing);

        page.QuerySelector("title").ShouldNotBeNull().TextContent.ShouldContain("Titled");
        page.QuerySelector("#layout").ShouldNotBeNull().GetAttribute("data-section").ShouldBe("waiting");
        run.Gate.Open();
        (await run.Submitted.ReadResultAsync()).ShouldContain("<h1>Order 11</h1>");
    }

    [Fact]
    public async Task Assets_OfTheWaitingPage_AreServed()
    {
        await using var run = await HeldRun.StartAsync();
        var page = await run.Browser.OpenAsync(run.Submitted.Processing);

        var addresses = page.QuerySelectorAll("script[src], link[rel=stylesheet]").Select(element => element.GetAttribute("src") ?? element.GetAttribute("href")!).ToArray();

        addresses.Length.ShouldBe(3);
        foreach (var address in addresses)
        {
            address.ShouldStartWith("/_content/AsyncViews/");
            using var asset = await run.Browser.GetAsync(address);
            (await asset.TextAsync(HttpStatusCode.OK)).ShouldNotBeEmpty();
        }
    }

    [Fact]
    public async Task Elements_UnderANonce_CarryItEncoded()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Options = options => options.ScriptNonce = context => $"a+/=\"{context.Request.Query["n"]}");

        var page = await run.Browser.OpenAsync(run.Submitted.Processing + "&n=1");
        var part = await run.Browser.OpenAsync($"/Embedding?id={run.Submitted.Id}&n=2");

        foreach (var (document, nonce) in new[] { (page, "a+/=\"1"), (part, "a+/=\"2") })
        {
            var elements = document.QuerySelectorAll("script, link[href*='/_content/AsyncViews/']");
            elements.Length.ShouldBe(3);
            elements.ShouldAllBe(element => element.GetAttribute("nonce") == nonce);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Elements_WithoutANonce_CarryNone(string? nonce)
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Options = options => options.ScriptNonce = _ => nonce);

        (await run.Browser.OpenAsync(run.Submitted.Processing)).QuerySelectorAll("[nonce]").ShouldBeEmpty();
    }

    /// <summary>Scripting may be on, and the script not arrive: it takes this away where it does.</summary>
    [Fact]
    public async Task WayOut_WithoutScript_IsOfferedWhereThePageUpdates()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Endpoints = app => app.MapMyProcesses());

        foreach (var address in (string[])[run.Submitted.Processing, "/my-processes"])
        {
            (await run.Browser.OpenAsync(address)).QuerySelector(".av-if-stuck a").ShouldNotBeNull().GetAttribute("href").ShouldBe(address);
            var off = await run.Browser.OpenAsync($"{address}{(address.Contains('?') ? '&' : '?')}refresh=0");
            off.QuerySelector(".av-if-stuck").ShouldBeNull();
        }
    }

    [Fact]
    public async Task WaitingPage_WithRefresh0_UpdatesInNoWay()
    {
        await using var run = await HeldRun.StartAsync();

        var page = await run.Browser.OpenAsync($"{run.Submitted.Processing}&refresh=0");

        page.QuerySelectorAll("script[src*=htmx], noscript, .av-spinner, #av-poll[data-hx-get], .av-clock, [data-av-interval], #av-notice").ShouldBeEmpty();
        page.QuerySelector("#av-poll progress").ShouldNotBeNull();
        page.QuerySelectorAll(".av-actions a").Select(link => link.GetAttribute("href")).ShouldContain(run.Submitted.Processing);
        page.QuerySelector("form[action]").ShouldNotBeNull().GetAttribute("action").ShouldBe($"{run.Submitted.Cancel}&refresh=0");
    }

    [Theory]
    [InlineData(59, "0:59")]
    [InlineData(3_599, "59:59")]
    [InlineData(3_600, "1:00:00")]
    [InlineData(2 * 86_400 + 3_661, "49:01:01")]
    public async Task Clock_OfHoursAndDays_LeavesNoneOut(int seconds, string shown)
    {
        var time = Clock.Start();
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Time = time);

        time.Advance(TimeSpan.FromSeconds(seconds));

        (await run.Browser.OpenAsync(run.Submitted.Processing)).QuerySelector(".av-clock").ShouldNotBeNull().TextContent.ShouldBe(shown);
    }

    [Fact]
    public async Task Progress_ThatIsNotMeasured_IsABarWithoutAValue()
    {
        await using var run = await HeldRun.StartAsync();
        run.Process.ReportProgress(double.NaN, "working");

        var page = await run.Browser.OpenAsync(run.Submitted.Processing);

        page.QuerySelector("progress").ShouldNotBeNull().HasAttribute("value").ShouldBeFalse();
        run.Site.Log.Entries.Count(entry => entry.Message.Contains("reported NaN")).ShouldBe(1);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("@(1+1) {{7*7}} &lt;")]
    public async Task Message_WithMarkup_IsShownAsTextInPageAndFragment(string message)
    {
        await using var run = await HeldRun.StartAsync();
        var address = await run.PollAddressAsync();
        run.Process.ReportProgress(1, message);

        var page = await run.Browser.OpenAsync(run.Submitted.Processing);
        using var response = await run.PollAsync(address);
        var fragment = await response.DocumentAsync(HttpStatusCode.OK);

        foreach (var document in new[] { page, fragment })
        {
            document.QuerySelector("#av-poll bdi").ShouldNotBeNull().TextContent.ShouldBe(message);
            document.QuerySelectorAll("script:not([src]), img").ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task QueuedProcess_OnItsWaitingPage_ShowsItsPlaceAndMovesUp()
    {
        var time = Clock.Start();
        var (first, second) = (new Gate(), new Gate());
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Run = async (page, _, token) =>
            {
                await (first.IsEntered ? second : first).PassAsync(token);
                return page.Page();
            };
            setup.Options = options => options.MaxConcurrentRuns = 1;
        });
        using var browser = site.Browse();
        await browser.SubmitAsync("/Work", ("Text", "1"));
        await first.Entered;
        await browser.SubmitAsync("/Work", ("Text", "2"));
        var third = await browser.SubmitAsync("/Work", ("Text", "3"));

        var page = await browser.OpenAsync(third.Processing);
        page.QuerySelectorAll("#av-poll p").Select(line => line.TextContent).ShouldContain("Place in the queue: 2");
        (await third.StatusAsync()).GetProperty("position").GetInt32().ShouldBe(2);
        var address = page.QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get")!;
        using (var same = await browser.GetAsync(address, ("HX-Request", "true")))
            same.StatusCode.ShouldBe(HttpStatusCode.NoContent);

        first.Open();
        await second.Entered;
        await Eventually.BeTrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                using var moved = await browser.GetAsync(address, ("HX-Request", "true"));
                return (await moved.Content.ReadAsStringAsync()).Contains("Place in the queue: 1");
            },
            "the poll tells of the new place: the store is asked once a second");
        second.Open();
        (await third.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task WaitingPage_OfALongWait_AsksLessOften()
    {
        var time = Clock.Start();
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Time = time);

        time.Advance(TimeSpan.FromMinutes(2));
        var page = await run.Browser.OpenAsync(run.Submitted.Processing);

        page.QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-av-interval").ShouldNotBeNull().ShouldMatch("^(4[5-9]|5[0-5])..$");
        page.QuerySelector("time[datetime]").ShouldNotBeNull().GetAttribute("datetime").ShouldBe("PT120S");
    }
}
