using AsyncViews.EntityFrameworkTests.Node;
using AsyncViews.EntityFrameworkTests.Support;

namespace AsyncViews.EntityFrameworkTests;

/// <summary>Two hundred orders, twenty kills at random moments, and tables that agree with the processes. The campaign has more of both.</summary>
public sealed class KillTests(PostgreSqlServer server)
{
    private const int Trials = 200;

    private const int Kills = 20;

    [Fact]
    public async Task Kills_WhereBothAreInOneDatabase_LeaveNothingHalfDone()
    {
        using var campaign = new KillCampaign(DatabaseKind.PostgreSql, await server.CreateSchemaAsync());
        TestContext.Current.TestOutputHelper!.WriteLine(await campaign.RunTrialsAsync(Trials, Kills));
    }

    [Theory, InlineData(DatabaseKind.PostgreSql), InlineData(DatabaseKind.Sqlite)]
    public async Task Kill_BetweenAnyTwoStepsOfARun_LeavesNothingHalfDone(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("asyncviews-ef-");
        try
        {
            using var campaign = new KillCampaign(kind, kind == DatabaseKind.PostgreSql ? await server.CreateSchemaAsync() : folder.FullName);
            (await campaign.RunStepsAsync()).ShouldBeGreaterThan(6);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Kills_WhereTheStoreIsElsewhere_LeaveNoHalfOfARun()
    {
        var folder = Directory.CreateTempSubdirectory("asyncviews-ef-");
        try
        {
            using var campaign = new KillCampaign(DatabaseKind.Sqlite, folder.FullName);
            TestContext.Current.TestOutputHelper!.WriteLine(await campaign.RunTrialsAsync(Trials, Kills));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
