using AsyncViews.ClusterTests.Support;
using AsyncViews.PostgreSql;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using static AsyncViews.PostgreSql.Parameter;

namespace AsyncViews.ClusterTests;

/// <summary>The server plans by counts that may be old: a burst fills a queue that was empty then. Statements read only the rows that they need all the same.</summary>
public sealed class PlanTests(PostgreSqlServer server)
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

    [Fact]
    public async Task Insert_OfAGroup_FindsWhatItsSendersHaveByTheIndexes()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await using var services = Services(builder => builder.UsePostgreSql(node.Source));
        await using var connection = await node.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);

        var (sql, parameters) = Additions.InsertOf([], new AsyncViewsOptions(), DateTimeOffset.UnixEpoch);
        var plan = await services.GetRequiredService<StoreSource>().On(connection).QueryAsync($"EXPLAIN {sql}", row => row.GetString(0), parameters);

        var lines = string.Join('\n', plan);
        foreach (var index in (string[])["asyncviews_queued", "asyncviews_lanes", "asyncviews_live_submissions", "asyncviews_shares_of"])
            lines.ShouldContain($" using {index} on ");
        lines.ShouldNotContain("Seq Scan");
    }

    [Fact]
    public async Task Lock_OfPredecessorsAndMembers_ReadsOnlyThese()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await using var services = Services(builder => builder.UsePostgreSql(node.Source));
        await using var connection = await node.Source.OpenConnectionAsync(TestContext.Current.CancellationToken);

        var plan = await services.GetRequiredService<StoreSource>().On(connection).QueryAsync(
            $"EXPLAIN {SuccessionTable.LockStatement(unstarted: true)}", row => row.GetString(0), Texts(["one"]), Texts(["group"]));

        var lines = string.Join('\n', plan);
        lines.ShouldContain(" using asyncviews_processes_id_key on ");
        lines.ShouldContain(" using asyncviews_members on ");
        lines.ShouldContain("Index Cond: (sequence = ");
    }

    /// <summary>A transaction that the server ends in favor of another is begun anew, for which it must be rolled back.</summary>
    [Fact]
    public async Task Statement_ThatFails_LetsItsTransactionBeRolledBack()
    {
        await using var source = NpgsqlDataSource.Create(server.ConnectionString());
        await using var services = Services(builder => builder.UsePostgreSql(source));
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);

        await Should.ThrowAsync<PostgresException>(() => services.GetRequiredService<StoreSource>().On(connection).QueryFirstAsync("SELECT 1 / 0", row => row.GetInt32(0)));

        await Should.NotThrowAsync(() => transaction.RollbackAsync(TestContext.Current.CancellationToken));
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
