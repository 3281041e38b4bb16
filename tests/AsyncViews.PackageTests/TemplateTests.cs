using AsyncViews.PackageTests.Support;

namespace AsyncViews.PackageTests;

/// <summary>The application and the page that the templates make, used as their first visitor would.</summary>
public sealed class TemplateTests(BrowserFixture browser, NewApplication application) : IClassFixture<NewApplication>
{
    [Fact]
    public async Task Application_MadeByTheTemplates_LeadsFromFormToResult()
    {
        var warnings = application.BuildLog.Split('\n').Where(line => line.Contains("warning")).ToArray();
        warnings.ShouldNotBeEmpty();
        warnings.ShouldAllBe(line => line.Contains("Slip.cs") && line.Contains("AVW104"));

        await using var visitor = await BrowserFixture.VisitAsync(browser.Browser, new() { BaseURL = application.Address });
        var page = await visitor.NewPageAsync();
        var complaints = new List<string>();
        page.Console += (_, message) => complaints.Add($"{message.Type} {message.Text}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                complaints.Add($"{response.Status} {response.Url}");
        };

        // The finished page: an error in the form, the waiting page in the application's layout, and the result in the page itself.
        await page.GotoAsync("/");
        await page.GetByLabel("Up to").FillAsync("0");
        await SendAsync("Find them");
        await Expect(page.Locator(".field-validation-error")).ToBeVisibleAsync();
        await page.GetByLabel("Up to").FillAsync("2000");
        await SendAsync("Find them");
        var waiting = await WaitingPage.ReachedAsync(page);
        await Expect(waiting.Message).ToContainTextAsync("Checking");
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).ToBeVisibleAsync();
        await Expect(page.Locator("#outcome")).ToHaveTextAsync("There are 303 prime numbers up to 2000.");

        // A page in an area, where neither the imports nor the layout of the others apply.
        await page.GotoAsync("/Admin/Audit");
        await page.GetByLabel("Name").FillAsync("Ada");
        await SendAsync("Start");
        waiting = await WaitingPage.ReachedAsync(page);
        await waiting.Cancel.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Canceled");

        // The page that was added, canceled by the person.
        await page.GotoAsync("/Letters");
        await page.GetByLabel("Name").FillAsync("Ada");
        await SendAsync("Start");
        waiting = await WaitingPage.ReachedAsync(page);
        await waiting.Cancel.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Canceled");

        // My processes, kept on the disk.
        await page.GetByRole(AriaRole.Link, new() { Name = "My processes" }).First.ClickAsync();
        await Expect(page.GetByText("Prime numbers").First).ToBeVisibleAsync();
        await Expect(page.GetByText("Letters").First).ToBeVisibleAsync();
        File.Exists(Path.Combine(application.Published, "App_Data", "asyncviews.db")).ShouldBeTrue();
        complaints.ShouldBeEmpty();

        Task SendAsync(string button) => page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
    }
}
