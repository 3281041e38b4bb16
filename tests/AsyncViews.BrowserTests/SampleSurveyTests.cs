using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The sample's page that starts a job.</summary>
public sealed class SampleSurveyTests(BrowserFixture browser, SampleFixture site) : BrowserTest(browser)
{
    [Fact]
    public async Task Survey_WithScript_EndsAsALinkInThePage()
    {
        var visitor = await VisitAsync(site.Address, width: Visitor.Narrow);
        await new SamplePage(visitor).OpenAsync("Survey");
        await visitor.Page.GetByLabel("State or territory").SelectOptionAsync("Montana");

        await visitor.Page.Locator("main button[type=submit]").ClickAsync();

        await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Survey of Montana" })).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Survey");
        await visitor.FitsAsync();
        var result = visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Show the result" });
        await Expect(result).ToBeVisibleAsync();
        await result.ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Done");
        await Expect(visitor.Page.Locator("pre")).ToContainTextAsync("\"Kilometres\"");
        await visitor.FitsAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Survey_WithoutScript_IsFoundWhenThePageIsOpenedAgain()
    {
        var visitor = await VisitAsync(site.Address, script: false, width: Visitor.Narrow);
        await new SamplePage(visitor).OpenAsync("Survey");
        await visitor.Page.GetByLabel("State or territory").SelectOptionAsync("Delaware");
        await visitor.Page.Locator("main button[type=submit]").ClickAsync();

        var found = visitor.Page.GetByText("are farthest apart: ");
        var deadline = TestContext.Current.CancellationToken;
        while (!await found.IsVisibleAsync())
        {
            deadline.ThrowIfCancellationRequested();
            await Expect(visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Check for the result" }).Or(found)).ToBeVisibleAsync();
            if (!await found.IsVisibleAsync())
                await visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Check for the result" }).ClickAsync();
        }

        await visitor.FitsAsync();
        visitor.Complaints.ShouldBeEmpty();
    }
}
