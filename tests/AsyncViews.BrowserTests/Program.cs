using AsyncViews.BrowserTests.Site;
using Xunit.Runner.InProc.SystemConsole;

namespace AsyncViews.BrowserTests;

/// <summary>Runs the tests; with the word <c>site</c>, the test site as a process of its own, to be watched or killed.</summary>
public static class Program
{
    public const string SiteCommand = "site";

    public static async Task<int> Main(string[] args)
    {
        if (args is not [SiteCommand, .. var options])
            return await ConsoleRunner.Run(args);

        var settings = TestSiteSettings.From(options);
        await using var site = await TestSite.StartAsync(settings.Apply, settings);
        Console.WriteLine(site.Address);
        await site.RunAsync();
        return 0;
    }
}
