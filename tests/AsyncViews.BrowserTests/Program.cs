using AsyncViews.BrowserTests.Campaign;
using AsyncViews.BrowserTests.Site;
using Xunit.Runner.InProc.SystemConsole;

namespace AsyncViews.BrowserTests;

/// <summary>
/// Runs the tests; with the word <c>site</c>, the test site as a process of its own, to be watched or killed; with
/// <c>campaign</c>, more kills than a test run has time for.
/// </summary>
public static class Program
{
    public const string SiteCommand = "site";

    public static async Task<int> Main(string[] args) => args switch
    {
        [SiteCommand, .. var settings] => await ServeAsync(TestSiteSettings.From(settings)),
        ["campaign", .. var options] => await CampaignCommand.RunAsync(options),
        _ => await ConsoleRunner.Run(args),
    };

    private static async Task<int> ServeAsync(TestSiteSettings settings)
    {
        await using var site = await TestSite.StartAsync(settings.Apply, settings);
        Console.WriteLine(site.Address);
        await site.RunAsync();
        return 0;
    }
}
