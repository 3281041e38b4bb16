using AsyncViews.EntityFrameworkTests.Node;
using AsyncViews.EntityFrameworkTests.Support;
using Xunit.Runner.InProc.SystemConsole;

namespace AsyncViews.EntityFrameworkTests;

/// <summary>
/// Runs the tests; with the words <c>site</c> or <c>compose</c>, a site as a process of its own, to be killed; with <c>campaign</c>, more trials than a
/// test run has time for.
/// </summary>
public static class Program
{
    public const string SiteCommand = "site";

    public const string ComposeCommand = "compose";

    public static async Task<int> Main(string[] args) => args switch
    {
        [SiteCommand, var kind, var connectionString, var killAt] => await KilledSite.ServeAsync(Enum.Parse<DatabaseKind>(kind), connectionString, int.Parse(killAt, null)),
        [ComposeCommand, var kind, var connectionString, var killAt] => await ComposedSite.ServeAsync(Enum.Parse<DatabaseKind>(kind), connectionString, int.Parse(killAt, null)),
        ["campaign", var trials, var kills] => await KillCampaign.RunAsync(int.Parse(trials, null), int.Parse(kills, null)),
        _ => await ConsoleRunner.Run(args),
    };
}
