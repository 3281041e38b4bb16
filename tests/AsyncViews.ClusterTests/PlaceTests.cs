using AsyncViews.ClusterTests.Support;
using AsyncViews.PostgreSql;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>Servers, schemas and roles that are not set up as they are by default.</summary>
public sealed class PlaceTests(PostgreSqlServer server)
{
    /// <summary>Another node has its turn for longer than the role's statements may take.</summary>
    [Fact]
    public async Task Start_UnderLimitsOfTheRole_WaitsForItsTurnAndLeavesThem()
    {
        var name = $"limited {Guid.NewGuid():N}";
        var schema = await server.CreateSchemaAsync();
        await using var limited = NpgsqlDataSource.Create($"{schema};No Reset On Close=true;Maximum Pool Size=1;Application Name={name};Options=-c statement_timeout=1s -c lock_timeout=1s");
        await using var other = NpgsqlDataSource.Create(schema);
        (await SchemaSetup.DescribeAsync(limited, Token)).ShouldContain("SET LOCAL statement_timeout = 0;");
        Task creating;
        await using (var holder = await other.OpenConnectionAsync(Token))
        {
            await new Statements(holder).ExecuteAsync($"SELECT pg_advisory_lock({Locks.Schema}, 0)");
            creating = SchemaSetup.CreateAsync(limited, Token);
            await Patience.UntilAsync(
                async () => creating.IsCompleted || await ReadAsync<long>(
                    other, $"SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = '{name}' AND wait_event = 'advisory' AND query_start < clock_timestamp() - interval '1.5 s'") == 1,
                "it waits for longer than its role may");
            await new Statements(holder).ExecuteAsync($"SELECT pg_advisory_unlock({Locks.Schema}, 0)");
        }

        await creating;

        (await ReadAsync<string>(limited, "SHOW statement_timeout")).ShouldBe("1s");
        (await ReadAsync<string>(limited, "SHOW lock_timeout")).ShouldBe("1s");
    }

    [Theory]
    [InlineData("127.0.0.1,127.0.0.1:1", "")]
    [InlineData("127.0.0.1:1,127.0.0.1", ";Target Session Attributes=primary")]
    [InlineData("127.0.0.1:1,127.0.0.1", ";Target Session Attributes=read-write")]
    public async Task Servers_OfWhichOneAnswers_AreAPlaceForStoreAndQuartz(string hosts, string target)
    {
        var several = new NpgsqlConnectionStringBuilder(await server.CreateSchemaAsync()) { Host = hosts }.ConnectionString + target;
        var runs = new Support.Runs();
        await using var node = await QuartzNode.StartAsync(several, runs);

        await node.ScheduleAsync([1]);

        await runs.HaveStartedAsync(1);
    }

    [Theory]
    [InlineData("standby")]
    [InlineData("prefer-standby")]
    [InlineData("prefer-primary")]
    [InlineData("read-only")]
    public void Servers_ThatMayAcceptNoWrites_AreRefused(string target)
    {
        var several = $"Host=one,other;Target Session Attributes={target}";

        Should.Throw<ArgumentException>(() => new ServiceCollection().AddAsyncViews().UsePostgreSql(several)).Message.ShouldContain($"Target Session Attributes={target}'");
        Should.Throw<ArgumentException>(() => new ServiceCollection().AddAsyncViews().UseQuartz(several)).Message.ShouldContain($"Target Session Attributes={target}'");
    }

    [Fact]
    public async Task DataSource_OfSeveralServers_IsUsedForThePrimaryOnly()
    {
        await using var source = new NpgsqlDataSourceBuilder("Host=one,other").BuildMultiHost();
        var services = new ServiceCollection();
        services.AddAsyncViews().UsePostgreSql(source);
        await using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<StoreSource>().DataSource.ShouldBeSameAs(source.WithTargetSession(TargetSessionAttributes.Primary));
    }

    /// <summary>Its name is among the longest that PostgreSQL has, and so that of the channel would be longer.</summary>
    [Fact]
    public async Task Nodes_InASchemaOfALongName_HearOfEachOther()
    {
        var schema = $"test_{Guid.NewGuid():N}".PadRight(60, 'x');
        await using (var source = NpgsqlDataSource.Create(server.ConnectionString()))
            await ReadAsync<object>(source, $"CREATE SCHEMA {schema}; SELECT 1");
        await using var node = await StoreNode.OpenAsync(server.ConnectionString(schema), "node");
        await using var other = await StoreNode.OpenAsync(server.ConnectionString(schema), "other");
        await using var heard = other.Store.WatchAsync(Token).GetAsyncEnumerator(Token);
        (await heard.MoveNextAsync()).ShouldBeTrue();
        await using var body = node.Store.CreateContent();
        var process = StoreNode.NewProcess(body);

        await using (var connection = await node.Source.OpenConnectionAsync(Token))
        await using (var transaction = await connection.BeginTransactionAsync(Token))
        {
            (await node.Store.AddAsync(process, transaction, Token)).Outcome.ShouldBe(AddOutcome.Added);
            await transaction.CommitAsync(Token);
        }

        do
        {
            (await heard.MoveNextAsync().AsTask().WaitAsync(Patience.Limit, Token)).ShouldBeTrue();
        }
        while (heard.Current.Id != process.Id);
    }

    /// <summary>A single statement would not see what others have committed while it waited for a lock.</summary>
    [Fact]
    public async Task Statements_UnderARoleWhoseTransactionsSeeASnapshot_SeeWhatIsCommitted()
    {
        await using var node = await StoreNode.OpenAsync($"{await server.CreateSchemaAsync()};Options=-c default_transaction_isolation=serializable");
        await node.ExecuteAsync(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF current_setting('transaction_isolation') <> 'read committed' THEN RAISE 'it sees a snapshot'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON asyncviews_processes FOR EACH ROW EXECUTE FUNCTION refuse();
            """);

        await node.ClaimedAsync();
    }

    [Fact]
    public async Task DataSource_WhoseTransactionsSeeASnapshot_IsRefused()
    {
        await using var source = NpgsqlDataSource.Create($"{await server.CreateSchemaAsync()};Options=-c default_transaction_isolation=repeatable\\ read");
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddAsyncViews().UsePostgreSql(source);
        await using var provider = services.BuildServiceProvider();

        var refusal = await Should.ThrowAsync<InvalidOperationException>(async () => await provider.GetRequiredService<IProcessStore>().OpenAsync("node", Token));

        refusal.Message.ShouldContain("default_transaction_isolation=read\\ committed");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<T> ReadAsync<T>(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Token))!;
    }
}
