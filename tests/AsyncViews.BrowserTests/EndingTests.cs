using System.Collections.Concurrent;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The end of a waiting page by the kind of the response: it is told the end once, and goes there once.</summary>
public sealed class EndingTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    private const string Htmx4 = "~/htmx-4.0.1.min.js";

    private readonly ConcurrentQueue<string> _requests = new();
    private int _downloads;
    private TestSite? _own;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_own is not null)
            await _own.DisposeAsync();
    }

    public static TheoryData<string, string, string?, bool> StandIns
    {
        get
        {
            var data = new TheoryData<string, string, string?, bool>();
            foreach (var script in (bool[])[true, false])
            {
                foreach (var kind in (string[])["csv-without-name", "csv-content", "zip", "bytes", "calendar"])
                    data.Add(kind, "Your file is ready", null, script);
                foreach (var kind in (string[])["no-content", "reset", "empty", "mail", "script"])
                    data.Add(kind, "Done", null, script);
            }

            data.Add("csv-content", "Your file is ready", Htmx4, true);
            data.Add("no-content", "Done", Htmx4, true);
            data.Add("mail", "Done", Htmx4, true);
            return data;
        }
    }

    [Theory, MemberData(nameof(StandIns))]
    public async Task Result_ThatTakesNoPagesPlace_HasAPageThatStandsInForIt(string kind, string heading, string? htmx, bool script)
    {
        var site = await SiteWithAsync(htmx);
        var work = site.Works.New();
        var (visitor, form) = await SubmitAsync(site, work, kind, script);

        work.Finish();
        await Expect(form.Heading).ToHaveTextAsync(heading);
        var isFile = heading != "Done";
        if (isFile && script)
            await Patience.UntilAsync(() => _downloads == 1);

        await StaysSilentAsync(visitor);
        _downloads.ShouldBe(isFile && script ? 1 : 0);
        await Expect(visitor.Page.Locator("a[href^='javascript:']")).ToHaveCountAsync(0);
        await visitor.Page.GoBackAsync();
        await Expect(form.Start).ToBeVisibleAsync();
    }

    [Theory, InlineData("text", "Plain text"), InlineData("json", "\"answer\":42")]
    public async Task Result_ThatABrowserShows_IsShown(string kind, string shown)
    {
        var site = fixture.Site;
        var work = site.Works.New();
        var (visitor, _) = await SubmitAsync(site, work, kind);

        work.Finish();

        await Expect(visitor.Page.Locator("body")).ToContainTextAsync(shown);
        visitor.Page.Url.ShouldContain("handler=result");
    }

    [Theory, InlineData(null), InlineData(Htmx4)]
    public async Task Redirect_ToADownload_IsFollowedOnceAndThePageSaysThatItIsDone(string? htmx)
    {
        var site = await SiteWithAsync(htmx);
        var work = site.Works.New();
        var (visitor, _) = await SubmitAsync(site, work, "redirect-to-file");
        var waiting = await WaitingPage.ReachedAsync(visitor.Page);

        work.Finish();
        await Patience.UntilAsync(() => _downloads == 1);

        await Expect(waiting.State).ToHaveTextAsync("Done");
        await Expect(waiting.ShowResult).ToBeVisibleAsync();
        await Expect(visitor.Page).ToHaveTitleAsync("Done – Endings – Test site");
        foreach (var over in new[] { waiting.Cancel, waiting.StopUpdating, waiting.Notify, waiting.Spinner })
            await Expect(over).ToBeHiddenAsync();
        await StaysSilentAsync(visitor);
        _downloads.ShouldBe(1);
    }

    /// <summary>Where the page reloads itself, it is left for one that says so before the redirect is followed.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public async Task Redirect_ToADownload_WithoutHtmx_IsFollowedOnceAndAPageSaysThatItIsDone(bool script)
    {
        var site = fixture.Site;
        var work = site.Works.New();
        var (visitor, form) = await SubmitAsync(site, work, "redirect-to-file", script, blocked: "htmx.min.js");

        work.Finish();
        await Patience.UntilAsync(() => _downloads == 1);

        await Expect(form.Heading).ToHaveTextAsync("Done");
        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Show the result" })).ToBeVisibleAsync();
        await StaysSilentAsync(visitor);
        _downloads.ShouldBe(1);
    }

    [Fact]
    public async Task Redirect_WithoutScript_LeadsWhereItSays()
    {
        var site = fixture.Site;
        var work = site.Works.New();
        var (visitor, form) = await SubmitAsync(site, work, "redirect", script: false);

        work.Finish();
        await Expect(form.Heading).ToHaveTextAsync("Work");

        await visitor.Page.GoBackAsync();
        await Expect(form.Heading).ToHaveTextAsync("Endings");
    }

    [Theory, InlineData(null), InlineData(Htmx4)]
    public async Task Redirect_ToAPageThatTakesLongerThanAPoll_IsWaitedFor(string? htmx)
    {
        var site = await SiteWithAsync(htmx);
        var work = site.Works.New();
        var (visitor, form) = await SubmitAsync(site, work, "redirect-to-slow");

        // The timers of a page that is being left go on, and Playwright would wait for the next page before it asks it anything.
        await visitor.Page.EvaluateAsync("setInterval(() => fetch('/health?tick'), 250), 0");

        work.Finish();
        await Patience.UntilAsync(() => _requests.Any(request => request.Contains("/slow?")));
        var before = Ticks();
        await Patience.UntilAsync(() => Ticks() >= before + 12);
        _requests.Count(request => request.Contains("/slow?")).ShouldBe(1);
        work.Answer();

        await Expect(form.Heading).ToHaveTextAsync("Slow");

        int Ticks() => _requests.Count(request => request.EndsWith("/health?tick", StringComparison.Ordinal));
    }

    /// <summary>Three polls' time without a request. The clock of the page runs, so that every timer in it had its turn.</summary>
    private async Task StaysSilentAsync(Visitor visitor)
    {
        // What the page is still loading belongs to it.
        await visitor.Page.WaitForFunctionAsync("document.readyState !== 'loading'");
        var before = _requests.Count(IsOurs);
        await visitor.Page.Clock.RunForAsync(10_000);
        await visitor.Page.EvaluateAsync("fetch('/health').then(answer => answer.text())");
        await Patience.UntilAsync(() => _requests.Any(request => request.EndsWith("/health", StringComparison.Ordinal)));
        _requests.Count(IsOurs).ShouldBe(before, string.Join('\n', _requests));

        static bool IsOurs(string request) => request.Contains("process_id") || request.Contains("/file?") || request.Contains("/slow?");
    }

    private async Task<(Visitor Visitor, FormPage Form)> SubmitAsync(TestSite site, Work work, string kind, bool script = true, string? blocked = null)
    {
        var visitor = await VisitAsync(site.Address, script);
        if (blocked is not null)
            await visitor.BlockAsync(blocked);
        visitor.Page.Download += (_, _) => Interlocked.Increment(ref _downloads);
        visitor.Page.Request += (_, request) => _requests.Enqueue($"{request.Method} {request.Url}");
        await visitor.Page.Clock.InstallAsync();
        var form = await FormPage.OpenAsync(visitor.Page, work, "/endings");
        await form.Name.FillAsync(kind);
        await form.Start.ClickAsync();
        await WaitingPage.ReachedAsync(visitor.Page);
        await work.StartedAsync();
        return (visitor, form);
    }

    private async Task<TestSite> SiteWithAsync(string? htmx)
    {
        if (htmx is null)
            return fixture.Site;

        var settings = new TestSiteSettings { Htmx = htmx };
        return _own = await TestSite.StartAsync(settings.Apply, settings);
    }
}
