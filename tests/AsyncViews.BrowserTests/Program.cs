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

        await using var site = options is [var database, var port, var ledger]
            ? await TestSite.StartAsync(limits => limits.MaxLiveProcessesPerOwner = 10_000, database, port, ledger)
            : await TestSite.StartAsync();
        Console.WriteLine(site.Address);

        // Whoever started it holds the other end: it stops when that closes, however that comes.
        while (Console.In.Read() >= 0)
        {
        }

        return 0;
    }
}
