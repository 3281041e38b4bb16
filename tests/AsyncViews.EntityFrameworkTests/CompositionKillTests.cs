using AsyncViews.EntityFrameworkTests.Node;
using AsyncViews.EntityFrameworkTests.Support;

namespace AsyncViews.EntityFrameworkTests;

/// <summary>A kill between any two steps of jobs that follow each other loses none of them, starts none too early, and leaves no part of them alone.</summary>
public sealed class CompositionKillTests(PostgreSqlServer server)
{
    [Theory, InlineData(DatabaseKind.PostgreSql), InlineData(DatabaseKind.Sqlite)]
    public async Task Kill_BetweenAnyTwoStepsOfAParallel_LetsItGoOn(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("asyncviews-composed-");
        try
        {
            using var campaign = new ComposedCampaign(kind, kind == DatabaseKind.PostgreSql ? await server.CreateSchemaAsync() : folder.FullName);
            (await campaign.RunAsync()).ShouldBeGreaterThan(8);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
