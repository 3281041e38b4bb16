using System.Text;
using AsyncViews.BrowserTests.PageObjects;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The sample's own pages, and the library's in the sample's layout.</summary>
public static class SampleStates
{
    private static readonly string[] Forms = ["Import", "Inspection", "Report", "Forecast", "Survey", "Regions", "Departure", "Trouble"];
    private static readonly int[] Errors = [400, 403, 404, 405, 413, 418, 500, 503];

    public static IReadOnlyList<PageState> All { get; } =
    [
        new("sample-home", stage => stage.OpenSampleAsync("/")),
        .. Forms.Select(name => new PageState($"sample-{name.ToLowerInvariant()}-form", stage => stage.OpenSampleAsync($"/{name}"))),
        .. Forms.Except(["Import", "Survey", "Regions"]).Select(name => new PageState($"sample-{name.ToLowerInvariant()}-too-old", async stage =>
        {
            var page = await stage.OpenSampleAsync($"/{name}");
            await stage.Visitor.Context.ClearCookiesAsync();
            await SubmitInvalidAsync(stage, page);
        })),
        new("sample-import-with-errors", async stage => await SubmitInvalidAsync(stage, await stage.OpenSampleAsync("/import"))),
        new("sample-forecast-with-errors", async stage =>
        {
            var page = await stage.OpenSampleAsync("/forecast");
            await page.Futures.FillAsync("7");
            await SubmitInvalidAsync(stage, page);
        }),
        new("sample-departure-with-errors", async stage =>
        {
            var page = await stage.OpenSampleAsync("/departure");
            await stage.Page.GetByLabel("Flight").FillAsync("7");
            await SubmitInvalidAsync(stage, page);
        }),
        new("sample-import-waiting-in-arabic", async stage =>
        {
            var page = await stage.OpenSampleAsync("/import");
            await page.ChooseLanguageAsync("العربية");
            await page.UseExample.CheckAsync();
            await page.Submit.ClickAsync();
            await WaitingPage.ReachedAsync(stage.Page);
            await stage.Visitor.GoAsync($"{stage.Page.Url}&refresh=0");
            await Expect(stage.Page.Locator("[dir=rtl] #av-poll")).ToBeVisibleAsync();
        }),
        new("sample-import-waiting", async stage =>
        {
            var page = await stage.OpenSampleAsync("/import");
            await page.UseExample.CheckAsync();
            await page.Submit.ClickAsync();
            var waiting = await WaitingPage.ReachedAsync(stage.Page);
            await waiting.StopUpdating.ClickAsync();
            await Expect(waiting.UpdateAutomatically).ToBeVisibleAsync();
        }),
        new("sample-import-result", async stage =>
        {
            var page = await stage.OpenSampleAsync("/import");
            await page.UseExample.CheckAsync();
            await page.Pace.SelectOptionAsync("As fast as possible");
            await page.Submit.ClickAsync();
            await stage.IsHeadedAsync("Import finished");
        }),
        new("sample-import-problem", async stage =>
        {
            var page = await stage.OpenSampleAsync("/import");
            await page.Upload.SetInputFilesAsync(new FilePayload { Name = "airports.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("no,columns\n1,2\n") });
            await page.Submit.ClickAsync();
            await Expect(stage.Page.GetByText("The file could not be imported")).ToBeVisibleAsync();
        }),
        new("sample-report-ready", WriteReportAsync),
        new("sample-forecast-result", async stage =>
        {
            var page = await stage.OpenSampleAsync("/forecast");
            await page.Futures.FillAsync("1000");
            await page.Submit.ClickAsync();
            await Expect(page.Chart).ToBeVisibleAsync();
        }),
        new("sample-inspection-result", async stage =>
        {
            var page = await stage.OpenSampleAsync("/inspection");
            await page.Submit.ClickAsync();
            await Expect(stage.Page.GetByText("Findings")).ToBeVisibleAsync();
        }),
        new("sample-survey-running", async stage =>
        {
            await (await stage.OpenSampleAsync("/survey")).Submit.ClickAsync();
            await Expect(stage.Page.Locator(".av-embedded")).ToBeVisibleAsync();
            // Without script, what is embedded is news only when the page is asked for again.
            while (!await stage.Page.Locator(".av-embedded progress").IsVisibleAsync())
                await stage.Page.GetByRole(AriaRole.Link, new() { Name = "Check for the result" }).ClickAsync();
        }),
        new("sample-survey-found", async stage =>
        {
            var page = await stage.OpenSampleAsync("/survey");
            await stage.Page.GetByLabel("State or territory").SelectOptionAsync("Delaware");
            await page.Submit.ClickAsync();
            await Expect(stage.Page.GetByText("Survey of Delaware")).ToBeVisibleAsync();
            while (!await stage.Page.GetByText("are farthest apart: ").IsVisibleAsync())
                await stage.Page.GetByRole(AriaRole.Link, new() { Name = "Check for the result" }).ClickAsync();
        }),
        new("sample-regions-running", async stage =>
        {
            await (await stage.OpenSampleAsync("/regions")).Submit.ClickAsync();
            await Expect(stage.Page.Locator(".av-embedded progress")).ToBeVisibleAsync();
        }),
        new("sample-departure-result", async stage =>
        {
            var page = await stage.OpenSampleAsync("/departure");
            await stage.Page.Locator("main form").EvaluateAsync("form => form.target = ''");
            await page.Submit.ClickAsync();
            await Expect(stage.Page.GetByText("has departed")).ToBeVisibleAsync();
        }),
        new("sample-my-processes", async stage =>
        {
            await WriteReportAsync(stage);
            await stage.Visitor.GoAsync("/my-processes");
            await Expect(new MyProcesses(stage.Page).Rows).ToHaveCountAsync(1);
        }),
        new("sample-forecast-canceled", async stage =>
        {
            var page = await stage.OpenSampleAsync("/forecast");
            await page.Futures.FillAsync("500000");
            await page.Submit.ClickAsync();
            await (await WaitingPage.ReachedAsync(stage.Page)).Cancel.ClickAsync();
            await stage.IsHeadedAsync("Canceled");
        }),
        new("sample-trouble-failed", async stage =>
        {
            var page = await stage.OpenSampleAsync("/trouble");
            await page.Submit.ClickAsync();
            await stage.IsHeadedAsync("Failed");
        }),
        new("sample-not-found", stage => stage.OpenSampleAsync("/import/result?process_id=00000000000000000000000000")),
        new("sample-incomplete", stage => stage.OpenSampleAsync("/import/processing")),
        .. Errors.Select(code => new PageState($"sample-error-{code}", stage => stage.OpenSampleAsync($"/error/{code}"))),
    ];

    private static async Task WriteReportAsync(Stage stage)
    {
        var page = await stage.OpenSampleAsync("/report");
        await page.Submit.ClickAsync();
        await stage.IsHeadedAsync("Your file is ready");
    }

    /// <summary>Past what the browser itself checks.</summary>
    private static async Task SubmitInvalidAsync(Stage stage, SamplePage page)
    {
        await stage.Page.Locator("main form").EvaluateAsync("form => { form.noValidate = true; form.target = ''; }");
        await page.Submit.ClickAsync();
        await Expect(stage.Page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }
}
