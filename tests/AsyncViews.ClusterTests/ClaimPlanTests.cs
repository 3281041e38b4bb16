using AsyncViews.ClusterTests.Support;
using AsyncViews.PostgreSql;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.ClusterTests;

/// <summary>A burst fills a queue that was empty when the server last counted. A claim reads as many rows as it claims all the same.</summary>
public sealed class ClaimPlanTests(PostgreSqlServer server)
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Claim_WhereTheServerKnowsOfNoQueue_WalksAlongItsIndex(bool isSourceOfApplication)
    {
        var connectionString = await server.CreateSchemaAsync();
        await using var node = await StoreNode.OpenAsync(connectionString);
        await node.ClaimedAsync();
        await node.ExecuteAsync("VACUUM ANALYZE asyncviews_processes");
        await using var own = NpgsqlDataSource.Create(connectionString);
        await using var services = Services(builder => isSourceOfApplication ? builder.UsePostgreSql(own) : builder.UsePostgreSql(connectionString));
        var source = services.GetRequiredService<StoreSource>();
        await using var connection = await source.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);

        var plan = await source.On(connection).QueryAsync(
            $"EXPLAIN {QueueTable.ClaimAnyone}", row => row.GetString(0), Types(StoreNode.Types), Text("node"), Int(10), Time(DateTimeOffset.UnixEpoch), Span(TimeSpan.Zero));

        var lines = string.Join('\n', plan);
        lines.ShouldContain(" using asyncviews_queued on ");
        lines.ShouldNotContain("Bitmap");
        lines.ShouldNotContain("Seq Scan");
    }

    /// <summary>The application's own statements on the same connection are planned as they always were.</summary>
    [Fact]
    public async Task Settings_OnAConnectionOfTheApplication_EndWithTheStatement()
    {
        await using var source = NpgsqlDataSource.Create($"{server.ConnectionString()};No Reset On Close=true;Maximum Pool Size=1");
        await using var services = Services(builder => builder.UsePostgreSql(source));
        await using (var used = await source.OpenConnectionAsync(TestContext.Current.CancellationToken))
            (await services.GetRequiredService<StoreSource>().On(used).QueryFirstAsync("SELECT current_setting('enable_seqscan')", row => row.GetString(0))).ShouldBe("off");

        await using var command = source.CreateCommand("SELECT current_setting('enable_seqscan')");
        (await command.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe("on");
    }

    private static ServiceProvider Services(Func<AsyncViewsBuilder, AsyncViewsBuilder> use)
    {
        var services = new ServiceCollection();
        use(services.AddAsyncViews());
        return services.BuildServiceProvider();
    }
}
