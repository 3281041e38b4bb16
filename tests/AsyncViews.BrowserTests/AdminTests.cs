using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>An operator who has read nothing finds a failed process, sees why, and runs it again.</summary>
public sealed class AdminTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Theory, InlineData(true, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task FailedProcess_IsFoundUnderstoodAndSentAgain(bool script, int width)
    {
        var work = fixture.Site.Works.New();
        var person = await VisitAsync(fixture.Site.Address);
        await (await FormPage.OpenAsync(person.Page, work)).SubmitAsync("Ada");
        await work.StartedAsync();
        work.Fail("The file ended in the middle of a row.");
        var reference = (await person.Page.Locator("main strong, .av-page strong").First.TextContentAsync())!;

        var visitor = await VisitAsync(fixture.Site.Address, script, width);
        var page = visitor.Page;
        await visitor.GoAsync("/processes-admin");
        await new SignInPage(page).SignInAsync(TestSite.Operator);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Overview" })).ToBeVisibleAsync();
        await visitor.FitsAsync();
        await page.GetByLabel("Process id or reference number").FillAsync(reference);
        await page.GetByRole(AriaRole.Button, new() { Name = "Find" }).ClickAsync();

        await Expect(page.Locator(".av-error")).ToContainTextAsync("The file ended in the middle of a row.");
        await visitor.FitsAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(page.GetByText("It was sent again, as this new process.")).ToBeVisibleAsync();

        // Before something is canceled it is asked once more: in a dialog, or without script on a page.
        await page.GetByRole(AriaRole.Link, new() { Name = "Remove" }).ClickAsync();
        if (script)
            await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Remove" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "All processes" })).ToBeVisibleAsync();
        await visitor.FitsAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Overview_ThatIsReplaced_KeepsTheKeyboardsPlaceAndSaysWhenTheServerIsAway()
    {
        const string Polls = "**/processes-admin?v=*";
        var visitor = await VisitAsync(fixture.Site.Address);
        var page = visitor.Page;
        await visitor.GoAsync("/processes-admin");
        await new SignInPage(page).SignInAsync(TestSite.Operator);
        var link = page.Locator("#av-count-Failed");
        await link.FocusAsync();
        await link.EvaluateAsync("link => link.dataset.old = ''");

        var work = fixture.Site.Works.New();
        var person = await VisitAsync(fixture.Site.Address);
        await (await FormPage.OpenAsync(person.Page, work)).SubmitAsync("Ada");
        await work.StartedAsync();
        await Expect(page.Locator("#av-count-Failed[data-old]")).ToHaveCountAsync(0);
        await Expect(link).ToBeFocusedAsync();
        work.Finish();

        await page.RouteAsync(Polls, route => route.AbortAsync());
        await Expect(page.Locator("#av-notice")).ToBeVisibleAsync();
        await page.UnrouteAsync(Polls);
        await Expect(page.Locator("#av-notice")).ToBeHiddenAsync();
    }
}
