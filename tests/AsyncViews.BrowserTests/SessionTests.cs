using AsyncViews.BrowserTests.Judges;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.BrowserTests;

/// <summary>Somebody waits on a page for signed-in users, and is signed out meanwhile.</summary>
public sealed class SessionTests(BrowserFixture browser) : BrowserTest(browser)
{
    private readonly MovedClock _clock = new();

    [Theory, InlineData(true, null), InlineData(true, "~/htmx-4.0.1.min.js"), InlineData(false, null)]
    public async Task SignedOut_WhileWaiting_SignsInAndGoesOnWaiting(bool script, string? htmx)
    {
        await using var site = await StartAsync(htmx);
        var work = site.Works.New();
        var (visitor, signIn, form) = await WaitAsync(site, work, script);

        await visitor.Context.ClearCookiesAsync(new() { Name = CookieAuthenticationDefaults.CookiePrefix + CookieAuthenticationDefaults.AuthenticationScheme });
        await signIn.IsShownInsteadOfWaitingAsync();
        await signIn.SignInAsync("ann");

        var waiting = await WaitingPage.ReachedAsync(visitor.Page);
        await waiting.ShowsAsync(30, "Reading rows");
        await work.ReportAsync(60, "Writing rows");
        await waiting.ShowsAsync(60, "Writing rows");
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        work.Starts.ShouldBe(1);
        visitor.Complaints.ShouldAllBe(complaint => complaint.Contains("401"));
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Session_ThatExpiresWhileWaiting_EndsAtTheResultAfterSigningIn(bool script)
    {
        await using var site = await StartAsync(null);
        var work = site.Works.New();
        var (visitor, signIn, form) = await WaitAsync(site, work, script);

        _clock.Move(TestSite.SessionTime);
        await signIn.IsShownInsteadOfWaitingAsync();
        work.Finish();
        await signIn.SignInAsync("ann");

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task SomebodyElse_WhoSignsInInstead_FindsNothing()
    {
        await using var site = await StartAsync(null);
        var (visitor, signIn, form) = await WaitAsync(site, site.Works.New(), script: true);

        _clock.Move(TestSite.SessionTime);
        await signIn.IsShownInsteadOfWaitingAsync();
        await signIn.SignInAsync("bob");

        await Expect(form.Heading).ToHaveTextAsync("There is nothing here");
    }

    [Fact]
    public async Task SignedOut_WhereTheProgressIsAPartOfAPage_ItStandsStillUntilSignedInAgain()
    {
        await using var site = await StartAsync(null);
        var work = site.Works.New();
        var (visitor, _, _) = await WaitAsync(site, work, script: true);
        await visitor.Page.GotoAsync($"/desk?id={(await work.StartedAsync()).Id}");
        var part = visitor.Page.Locator(".part .av-page");
        await Expect(part).ToContainTextAsync("Reading rows");
        var standsStill = visitor.Page.Locator(".part .av-stalled");
        await Expect(standsStill).ToHaveCountAsync(0);

        await visitor.Context.ClearCookiesAsync(new() { Name = CookieAuthenticationDefaults.CookiePrefix + CookieAuthenticationDefaults.AuthenticationScheme });
        await Expect(standsStill).ToHaveCountAsync(1);
        await Expect(part).ToContainTextAsync("Reading rows");
        var another = await visitor.Context.NewPageAsync();
        await FormPage.OpenAsync(another, work, "/guarded");
        await new SignInPage(another).SignInAsync("ann");

        await Expect(standsStill).ToHaveCountAsync(0);
        await work.ReportAsync(60, "Writing rows");
        await Expect(part).ToContainTextAsync("Writing rows");
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Desk");
    }

    private Task<TestSite> StartAsync(string? htmx) => TestSite.StartAsync(
        options => options.HtmxPath = htmx, replace: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock)));

    /// <summary>Ann has signed in, and is on the waiting page.</summary>
    private async Task<(Visitor Visitor, SignInPage SignIn, FormPage Form)> WaitAsync(TestSite site, Work work, bool script)
    {
        var visitor = await VisitAsync(site.Address, script);
        var form = await FormPage.OpenAsync(visitor.Page, work, "/guarded");
        var signIn = new SignInPage(visitor.Page);
        await signIn.SignInAsync("ann");
        var waiting = await form.SubmitAsync("Ada");
        await work.ReportAsync(30, "Reading rows");
        await waiting.ShowsAsync(30, "Reading rows");
        return (visitor, signIn, form);
    }
}
