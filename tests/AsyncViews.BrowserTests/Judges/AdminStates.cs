using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The operator's pages on the test site, where one process has failed, one runs, and one waits.</summary>
public static class AdminStates
{
    private const string Admin = "/processes-admin";

    public static IReadOnlyList<PageState> All { get; } =
    [
        new("admin-overview", stage => OpenAsync(stage, "", "Overview")) { Updates = true },
        new("admin-processes", stage => OpenAsync(stage, "/processes", "All processes")),
        new("admin-process-failed", async stage =>
        {
            await OpenAsync(stage, "/processes?state=Failed", "All processes");
            await stage.Page.Locator(".av-list tbody th a").ClickAsync();
            await Expect(stage.Page.Locator(".av-error")).ToBeVisibleAsync();
        }),
        new("admin-question", async stage =>
        {
            await OpenAsync(stage, "/processes", "All processes");
            await stage.Visitor.GoAsync((await stage.Page.Locator("#av-all-cancel").GetAttributeAsync("href"))!);
            await stage.IsHeadedAsync("Cancel");
        }),
        new("admin-nodes", stage => OpenAsync(stage, "/nodes", "Nodes")),
    ];

    private static async Task OpenAsync(Stage stage, string page, string heading)
    {
        await stage.StartAsync(configure: options => options.MaxConcurrentRuns = 2);
        stage.Work.Fail("The file ended in the middle of a row.");
        await stage.IsHeadedAsync("Failed");
        await stage.StartAsync();
        await stage.Work.ReportAsync(42.5, "Reading rows");
        await (await stage.OpenAsync()).SubmitAsync("Grace");
        await stage.Visitor.GoAsync($"/signin?ReturnUrl={Uri.EscapeDataString(Admin + page)}");
        await new SignInPage(stage.Page).SignInAsync(TestSite.Operator);
        await stage.IsHeadedAsync(heading);
    }
}
