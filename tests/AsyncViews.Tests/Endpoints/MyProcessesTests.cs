using System.Net;
using AngleSharp.Dom;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Endpoints;

/// <summary>The page 'my processes': one's own, from every page, wherever the application put them.</summary>
public sealed class MyProcessesTests
{
    private const string Path = "/my-processes";

    [Theory]
    [InlineData("/Work?a=1&a=2&b=%C3%BC", "Work")]
    [InlineData("/Routed/7/seven", "Routed")]
    [InlineData("/Deep/a%20b/c%25d", "Deep")]
    [InlineData("/Admin/Tool", "Tool")]
    [InlineData("/Handled?a=1", "<Handled> & more")]
    public async Task Row_OfAPage_HasItsNameAndItsAddress(string form, string name)
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync(form);
        await submitted.EndAsync();

        var link = (await RowsAsync(browser)).ShouldHaveSingleItem().QuerySelector("th a").ShouldNotBeNull();

        link.TextContent.ShouldBe(name);
        link.GetAttribute("href").ShouldBe(submitted.Processing);
        using var opened = await browser.GetAsync(link.GetAttribute("href")!);
        opened.Header("Location").ShouldBe(submitted.Result);
    }

    [Theory]
    [InlineData("/base/Work", "Work")]
    [InlineData("/base/Handled", "<Handled> & more")]
    public async Task Row_UnderAPathBase_KeepsIt(string form, string name)
    {
        await using var run = await HeldRun.StartAsync(form, setup =>
        {
            Map(setup);
            setup.PathBase = "/base";
        });

        var page = await run.Browser.OpenAsync("/base" + Path);

        var link = page.QuerySelector("tbody th a").ShouldNotBeNull();
        link.TextContent.ShouldBe(name);
        link.GetAttribute("href").ShouldBe(run.Submitted.Processing);
        page.QuerySelector("form").ShouldNotBeNull().GetAttribute("action").ShouldBe("/base" + Path);
    }

    [Fact]
    public async Task Rows_OfManyPages_AreTheNewestFirstWithTheirStates()
    {
        var gate = new Gate();
        await using var site = await StartAsync(setup =>
        {
            setup.Options = options => options.MaxConcurrentRuns = 1;
            setup.Run = async (page, process, token) =>
            {
                if (page is TestSite.Pages.BoundModel)
                    throw new InvalidOperationException("broken");
                process.ReportProgress(42.5, "Reading <rows>");
                await gate.PassAsync(token);
                return page.Page();
            };
        });
        using var browser = site.Browse();
        var failed = await browser.SubmitAsync("/Bound?Filter=yes");
        await failed.EndAsync();
        await browser.SubmitAsync("/Work");
        await gate.Entered;
        await browser.SubmitAsync("/Handled");

        var rows = await RowsAsync(browser);

        rows.Select(row => row.QuerySelector("th")!.TextContent.Trim()).ShouldBe(["<Handled> & more", "Work", "Bound"]);
        rows[0].TextContent.ShouldContain("Waiting for its turn");
        rows[0].TextContent.ShouldContain("Place in the queue: 1");
        rows[1].QuerySelector("progress").ShouldNotBeNull().GetAttribute("value").ShouldBe("42.5");
        rows[1].TextContent.ShouldContain("Reading <rows>");
        rows[2].TextContent.ShouldContain("Failed");
        rows.Select(Buttons).ShouldBe([["Cancel"], ["Cancel"], ["Send again", "Discard"]]);
        gate.Open();
    }

    [Fact]
    public async Task Page_WithNothing_SaysSo()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        using var response = await browser.GetAsync(Path);

        var page = await response.DocumentAsync(HttpStatusCode.OK);
        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("My processes");
        page.QuerySelector("#layout").ShouldNotBeNull();
        page.QuerySelector("table").ShouldBeNull();
        page.QuerySelector("#av-my-processes").ShouldNotBeNull().TextContent.ShouldContain("There is nothing here yet.");
        response.Header("Cache-Control").ShouldBe("no-store");
        response.Header("X-Robots-Tag").ShouldBe("noindex");
        response.Header("Set-Cookie").ShouldBeNull();
    }

    [Fact]
    public async Task Page_OfVeryMany_ShowsTheNewestAndSaysSo()
    {
        await using var site = await StartAsync(setup => setup.Options = options => options.MaxLiveProcessesPerOwner = 100);
        using var browser = site.Browse();
        var first = await browser.SubmitAsync("/Work");
        (await browser.OpenAsync(Path)).Body!.TextContent.ShouldNotContain("Older ones are not shown.");
        for (var i = 0; i < 50; i++)
            await browser.SubmitAsync("/Work");

        var page = await browser.OpenAsync(Path);

        page.QuerySelectorAll("tbody tr").Length.ShouldBe(50);
        page.Body!.TextContent.ShouldContain("Older ones are not shown.");
        page.Body.InnerHtml.ShouldNotContain(first.Id.ToString());
    }

    [Fact]
    public async Task AnotherBrowser_SeesNothing()
    {
        await using var site = await StartAsync();
        using var owner = site.Browse();
        using var stranger = site.Browse();
        await owner.SubmitAsync("/Work");
        await stranger.OpenAsync("/Work");

        (await RowsAsync(stranger)).ShouldBeEmpty();
        (await RowsAsync(owner)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task SigningIn_AddsTheUsersToTheBrowsers_AndSigningOutTakesThemAway()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        using var phone = site.Browse();
        await (await browser.SubmitAsync("/Work")).EndAsync();
        await browser.SignInAsync("ann");
        await (await browser.SubmitAsync("/Handled")).EndAsync();
        await phone.SignInAsync("ann");

        (await RowsAsync(browser)).Count.ShouldBe(2);
        (await RowsAsync(phone)).Count.ShouldBe(1);

        await browser.SignOutAsync();
        (await RowsAsync(browser)).ShouldHaveSingleItem().QuerySelector("th")!.TextContent.Trim().ShouldBe("Work");
    }

    [Fact]
    public async Task Row_OfAPageThatTheUserMayNotOpenAnyMore_IsNotShown()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        await browser.SignInAsync("ann", staff: true);
        await (await browser.SubmitAsync("/StaffOnly")).EndAsync();
        (await RowsAsync(browser)).Count.ShouldBe(1);

        await browser.SignInAsync("ann");

        (await RowsAsync(browser)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Row_BehindVeryManyThatTheUserMayNotSeeAnyMore_IsShown()
    {
        await using var site = await StartAsync(setup => setup.Options = options => options.MaxLiveProcessesPerOwner = 100);
        using var browser = site.Browse();
        await browser.SignInAsync("ann", staff: true);
        var first = await browser.SubmitAsync("/Work");
        for (var i = 0; i < 51; i++)
            await browser.SubmitAsync("/StaffOnly");
        await browser.SignInAsync("ann");

        var page = await browser.OpenAsync(Path);

        page.QuerySelectorAll("tbody tr").ShouldHaveSingleItem().InnerHtml.ShouldContain(first.Id.ToString());
        page.Body!.TextContent.ShouldNotContain("Older ones are not shown.");
    }

    [Fact]
    public async Task Rows_OfAUserWhoIsNoneAnyMore_AreNotShown()
    {
        var valid = true;
        await using var site = await StartAsync(setup => setup.Options = options => options.RevalidateUserAsync = _ => ValueTask.FromResult(valid));
        using var browser = site.Browse();
        await (await browser.SubmitAsync("/Work")).EndAsync();
        (await RowsAsync(browser)).Count.ShouldBe(1);

        valid = false;

        (await RowsAsync(browser)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_ThatRequiresAuthorization_SendsToSignInAndItsPollsDoNot()
    {
        await using var site = await Site.StartAsync(setup => setup.Endpoints = app => app.MapMyProcesses("/mine").RequireAuthorization());
        using var browser = site.Browse();

        using var page = await browser.GetAsync("/mine");
        page.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        page.Headers.Location.ShouldNotBeNull().OriginalString.ShouldContain("/Account/Login");
        using var poll = await browser.GetAsync("/mine?v=1", ("HX-Request", "true"));
        poll.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        poll.Header("HX-Refresh").ShouldBe("true");
        using var embedded = await browser.GetAsync("/mine?v=1&av_embedded=1", ("HX-Request", "true"));
        embedded.Header("HX-Refresh").ShouldBeNull();

        await browser.SignInAsync("ann");
        (await browser.OpenAsync("/mine")).QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("My processes");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task OtherPages_LinkToIt_WhereItIsMapped(bool mapped)
    {
        const string Mine = "/base/mine";
        await using var run = await HeldRun.StartAsync("/base/Handled", setup =>
        {
            setup.PathBase = "/base";
            if (mapped)
                setup.Endpoints = app => app.MapMyProcesses("/mine");
        });

        var waiting = await run.Browser.OpenAsync(run.Submitted.Processing);
        await run.Site.Processes.CancelAsync(run.Submitted.Id);
        await run.Submitted.EndAsync();
        var canceled = await run.Browser.OpenAsync(run.Submitted.Result);

        foreach (var page in (IParentNode[])[waiting, canceled])
            page.QuerySelectorAll(".av-actions a").Count(link => link.GetAttribute("href") == Mine).ShouldBe(mapped ? 1 : 0);
        canceled.QuerySelector("h1 + p").ShouldNotBeNull().TextContent.ShouldBe("<Handled> & more");
    }

    [Fact]
    public async Task Page_ThatIsNotMapped_IsNotThere()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        using var response = await browser.GetAsync(Path);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Map_WithoutAddAsyncViews_SaysWhatIsMissing() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => StartAsync(setup => setup.AddAsyncViews = false))).Message.ShouldContain("AddAsyncViews()");

    [Fact]
    public async Task Poll_IsAnsweredWithAChangeOnly()
    {
        await using var run = await HeldRun.StartAsync(configure: Map);
        var list = (await run.Browser.OpenAsync(Path)).QuerySelector("#av-my-processes").ShouldNotBeNull();
        int.Parse(list.GetAttribute("data-hx-trigger").ShouldNotBeNull().Split("every ")[1].Split("ms")[0]).ShouldBeInRange(1800, 2200);
        var address = list.GetAttribute("data-hx-get").ShouldNotBeNull();

        using (var unchanged = await run.PollAsync(address))
            unchanged.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        run.Process.ReportProgress(50);
        using (var changed = await run.PollAsync(address))
            (await changed.DocumentAsync(HttpStatusCode.OK)).QuerySelector("#av-my-processes progress").ShouldNotBeNull().GetAttribute("value").ShouldBe("50");
        run.Gate.Open();
        await run.Submitted.EndAsync();

        using var ended = await run.PollAsync(address);
        (await ended.DocumentAsync(HttpStatusCode.OK)).QuerySelector("#av-my-processes").ShouldNotBeNull().HasAttribute("data-hx-get").ShouldBeFalse();
    }

    [Fact]
    public async Task Page_WithoutScript_ReloadsWhileSomethingIsLiveUnlessTurnedOff()
    {
        await using var run = await HeldRun.StartAsync(configure: Map);

        var page = await run.Browser.OpenAsync(Path);
        page.QuerySelector("noscript").ShouldNotBeNull().InnerHtml.ShouldContain("refresh");
        page.QuerySelector("#av-notice").ShouldNotBeNull();
        var still = await run.Browser.OpenAsync(Path + "?refresh=0");
        still.QuerySelector("noscript").ShouldBeNull();
        still.QuerySelector("[data-hx-get]").ShouldBeNull();
        still.QuerySelector("#av-notice").ShouldBeNull();
        run.Gate.Open();
        await run.Submitted.EndAsync();
        page = await run.Browser.OpenAsync(Path);
        page.QuerySelector("noscript").ShouldBeNull();
        page.QuerySelector("#av-notice").ShouldBeNull();
    }

    internal static void Map(SiteSetup setup) => setup.Endpoints = app => app.MapMyProcesses();

    internal static Task<Site> StartAsync(Action<SiteSetup>? configure = null) => Site.StartAsync(setup =>
    {
        Map(setup);
        configure?.Invoke(setup);
    });

    internal static async Task<IHtmlCollection<IElement>> RowsAsync(Browser browser) => (await browser.OpenAsync(Path)).QuerySelectorAll("tbody tr");

    internal static string[] Buttons(IElement row) => [.. row.QuerySelectorAll(".av-buttons :is(button, a)").Select(button => button.TextContent)];
}
