using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>In a layout whose own htmx sends its forms and follows its links.</summary>
public sealed partial class OwnHtmxTests(BrowserFixture browser) : BrowserTest(browser)
{
    private static readonly TestSiteSettings Boosted = new() { Layout = "_Boosted", Htmx = "~/_content/AsyncViews/lib/htmx/dist/htmx.min.js" };

    [Fact]
    public async Task Link_OnTheWaitingPage_ChangesTheAddressAsOnAnyOther()
    {
        await using var site = await TestSite.StartAsync(Boosted.Apply, Boosted);
        var work = site.Works.New();
        var (visitor, _, waiting) = await SubmitAsync(site, work);
        await work.ReportAsync(30, "Reading rows");
        await waiting.ShowsAsync(30, "Reading rows");

        await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Go to the desk" }).ClickAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Desk" })).ToBeVisibleAsync();
        await Expect(visitor.Page).ToHaveURLAsync(Desk());
    }

    [Fact]
    public async Task List_AsAPart_FollowsItsProcessesAndLeavesTheAddress()
    {
        await using var site = await TestSite.StartAsync(Boosted.Apply, Boosted);
        var work = site.Works.New();
        var (visitor, form, _) = await SubmitAsync(site, work);
        await work.StartedAsync();
        await visitor.Page.GotoAsync("/desk?list=1");
        var list = new MyProcesses(visitor.Page);
        await Expect(list.Rows).ToHaveCountAsync(1);

        await work.ReportAsync(30, "Reading rows");
        await Expect(list.Rows).ToContainTextAsync("Reading rows");
        await work.ReportAsync(60, "Writing rows");
        await Expect(list.Rows).ToContainTextAsync("Writing rows");

        await Expect(visitor.Page).ToHaveURLAsync(Desk());
        work.Finish();
        await Expect(list.Rows).ToContainTextAsync("Done");
        await list.Link().ClickAsync();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task Form_WhoseTokenIsStale_IsShownAgainAndSaysWhy()
    {
        await using var site = await TestSite.StartAsync(Boosted.Apply, Boosted);
        var visitor = await VisitAsync(site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, site.Works.New());
        await form.Name.FillAsync("Ada");
        await visitor.Context.ClearCookiesAsync();

        await form.Start.ClickAsync();

        await Expect(visitor.Page.Locator(".validation-summary-errors")).ToContainTextAsync("cookies");
        await Expect(form.Name).ToHaveValueAsync("Ada");
    }

    private async Task<(Visitor Visitor, FormPage Form, WaitingPage Waiting)> SubmitAsync(TestSite site, Work work)
    {
        var visitor = await VisitAsync(site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        return (visitor, form, await form.SubmitAsync("Ada"));
    }

    [GeneratedRegex("/desk([?]list=1)?$")]
    private static partial Regex Desk();
}
