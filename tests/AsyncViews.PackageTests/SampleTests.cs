using System.Text.RegularExpressions;
using AsyncViews.PackageTests.Support;

namespace AsyncViews.PackageTests;

/// <summary>The sample site made of packages. It is built twice, which takes longer than a test run has time for: tests/judges.sh runs it.</summary>
[Trait("Suite", "Judges")]
public sealed partial class SampleTests(BrowserFixture browser, PackagedSample sample) : IClassFixture<PackagedSample>
{
    [Fact]
    public async Task SampleSite_OfPackages_PassesTheBrowserChecksOfTheOneOfProjects()
    {
        var tests = Path.Combine(Repository.Root, "tests", "AsyncViews.BrowserTests");

        var output = await Command.RunAsync(tests, "env", $"ASYNCVIEWS_SAMPLE_SITE={sample.Published}",
            "dotnet", "test", "--no-build", "--nologo", "--filter", "FullyQualifiedName~BrowserTests.Sample&Suite!=Judges");

        int.Parse(Passed().Match(output).Groups["count"].Value, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task RuntimeCompilation_OfAnEditedView_ShowsTheEditInTheResult()
    {
        await using var site = await SiteProcess.StartAsync(Path.Combine(sample.Editable, "SampleSite.dll"), "--contentRoot", sample.Sources, "--environment", "Development");
        await using var visitor = await BrowserFixture.VisitAsync(browser.Browser, new() { BaseURL = site.Address });
        var page = await visitor.NewPageAsync();

        await InspectAsync();
        await Expect(page.GetByText("Findings")).ToBeVisibleAsync();
        var view = Path.Combine(sample.Sources, "Pages", "Inspection.cshtml");
        await File.WriteAllTextAsync(view, await File.ReadAllTextAsync(view, TestContext.Current.CancellationToken) + "\n<p id=\"edited\">Edited while it runs</p>\n", TestContext.Current.CancellationToken);

        // The form and the result are both of the edited view, once its change is noticed.
        await Patience.UntilAsync(async () =>
        {
            await page.GotoAsync("/inspection");
            return await page.Locator("#edited").CountAsync() == 1;
        });
        await InspectAsync();
        await Expect(page.GetByText("Findings")).ToBeVisibleAsync();
        await Expect(page.Locator("#edited")).ToBeVisibleAsync();

        async Task InspectAsync()
        {
            await page.GotoAsync("/inspection");
            await page.Locator("main button[type=submit]").ClickAsync();
            await WaitingPage.ReachedAsync(page);
        }
    }

    [GeneratedRegex(@"Passed: +(?<count>\d+)")]
    private static partial Regex Passed();
}
