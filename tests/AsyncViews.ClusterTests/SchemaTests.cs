using AsyncViews.ClusterTests.Support;
using AsyncViews.PostgreSql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>Tables of earlier and of later releases.</summary>
public sealed class SchemaTests(PostgreSqlServer server)
{
    private const string Ended = "v5gr658g40316qk483v1jb09ye", Running = "js7k6fkqcnz8t0t86bzpdy452k", Queued = "fzm8px2tsqgppcrt67n4w3xahs";

    private static readonly HashSet<ProcessType> Ledger = [ProcessType.OfPage("/Ledger")];

    /// <summary>A node that was killed has left a process that has ended, one that runs and one that waits.</summary>
    [Fact]
    public async Task Update_OfTheFirstVersion_KeepsItsProcesses()
    {
        await using var node = await StoreNode.OpenAsync(await CreateOldAsync());

        await using (var result = (await node.Store.OpenResultAsync(ProcessId.Parse(Ended), TestContext.Current.CancellationToken)).ShouldNotBeNull().Body)
        {
            using var text = new StreamReader(result);
            (await text.ReadToEndAsync(TestContext.Current.CancellationToken)).ShouldContain($"<p id=\"written\">{Ended}</p>");
        }

        await node.Store.RecoverAsync(TimeSpan.FromMinutes(1), new HashSet<ProcessId>(), hasContact: true, TestContext.Current.CancellationToken);
        (await node.Store.FindAsync(ProcessId.Parse(Running), TestContext.Current.CancellationToken))!.State.ShouldBe(ProcessState.Interrupted);
        (await node.Store.ClaimNextAsync(Ledger, 10, cancellationToken: TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Record.Id.ToString().ShouldBe(Queued);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Expired_BesideManyTombstones_IsFoundWithoutThem(bool isOld)
    {
        var place = isOld ? await CreateOldAsync() : await server.CreateSchemaAsync();
        await using var node = await StoreNode.OpenAsync(place);
        await using var source = NpgsqlDataSource.Create(place);

        await using var plan = source.CreateCommand($"SET enable_seqscan = off; EXPLAIN SELECT id FROM asyncviews_processes WHERE {ProcessTable.Expired("now()")}");

        List<string> lines = [];
        await using var reader = await plan.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            lines.Add(reader.GetString(0));
        lines.ShouldContain(line => line.Contains("Index Cond: ((gone = false) AND (expires <= now()))"));
    }

    /// <summary>Data Protection makes it before any other service starts.</summary>
    [Fact]
    public async Task Start_AtAnEmptyDatabase_KeepsTheApplicationsFirstKey()
    {
        var place = await server.CreateSchemaAsync();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddDataProtection().SetApplicationName("first start").PersistKeysToAsyncViews();
        builder.Services.AddAsyncViews().UsePostgreSql(place);
        await using var site = builder.Build();

        await site.StartAsync(TestContext.Current.CancellationToken);

        await using var source = NpgsqlDataSource.Create(place);
        await using var keys = source.CreateCommand("SELECT COUNT(*) FROM asyncviews_keys WHERE ring = 'application'");
        (await keys.ExecuteScalarAsync(TestContext.Current.CancellationToken)).ShouldBe(1L);
        await site.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Update_ByManyNodesAtOnce_IsDoneOnce()
    {
        var old = await CreateOldAsync();

        var nodes = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => StoreNode.OpenAsync(old, $"node-{number}")));

        foreach (var node in nodes)
        {
            (await node.Store.FindAsync(ProcessId.Parse(Queued), TestContext.Current.CancellationToken)).ShouldNotBeNull();
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Update_LeadsToTheTablesThatAreCreated()
    {
        await using var updated = await StoreNode.OpenAsync(await CreateOldAsync());
        await using var created = await StoreNode.OpenAsync(await server.CreateSchemaAsync());

        (await DescribeAsync(updated)).ShouldBe(await DescribeAsync(created));
    }

    /// <summary>Databases of the versions 10 to 12 may have a function from before its text was changed.</summary>
    [Fact]
    public async Task Update_ReplacesAFunctionOfAnEarlierText()
    {
        var schema = await server.CreateSchemaAsync();
        await using var created = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await using (var early = await StoreNode.OpenAsync(schema))
        {
            await early.ExecuteAsync(
                """
                CREATE OR REPLACE FUNCTION asyncviews_count_ended() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
                ALTER TABLE asyncviews_processes DROP replaced_by;
                UPDATE asyncviews_meta SET value = '\x0c' WHERE name = 'version'
                """);
        }

        await using var updated = await StoreNode.OpenAsync(schema);

        (await DescribeAsync(updated)).ShouldBe(await DescribeAsync(created));
    }

    /// <summary>Nodes of the release before work on while the update waits for somebody's long transaction.</summary>
    [Fact]
    public async Task Update_ThatHasToWait_StopsNobodyAndSucceeds()
    {
        var old = await CreateOldAsync();
        await using var source = NpgsqlDataSource.Create(old);
        await using var holder = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var held = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var read = new NpgsqlCommand("SELECT COUNT(*) FROM asyncviews_processes", holder))
            await read.ExecuteScalarAsync(TestContext.Current.CancellationToken);

        var opening = Task.WhenAll(StoreNode.OpenAsync($"{old};Command Timeout=1", "one"), StoreNode.OpenAsync($"{old};Command Timeout=1", "other"));
        await Patience.UntilAsync(
            async () => opening.IsCompleted || await CountAsync("SELECT COUNT(*) FROM pg_locks WHERE relation = 'asyncviews_processes'::regclass AND NOT granted") > 0, "the update waits");
        await CountAsync("SELECT COUNT(*) FROM asyncviews_processes");
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await held.RollbackAsync(TestContext.Current.CancellationToken);

        foreach (var node in await opening)
        {
            (await node.Store.FindAsync(ProcessId.Parse(Queued), TestContext.Current.CancellationToken)).ShouldNotBeNull();
            await node.DisposeAsync();
        }

        async Task<long> CountAsync(string sql)
        {
            await using var command = source.CreateCommand(sql);
            return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }
    }

    /// <summary>A node of the release before knows nothing of the column, and leaves it as it is.</summary>
    [Fact]
    public async Task Update_OfAnEarlierVersion_FindsMetadataFromThenOn()
    {
        await using var node = await StoreNode.OpenAsync(await CreateOldAsync());
        await using var body = node.Store.CreateContent();
        await node.Store.AddAsync(StoreNode.NewProcess(body) with { Metadata = new Dictionary<string, string> { ["order"] = "4711" } }, cancellationToken: TestContext.Current.CancellationToken);

        (await node.Store.ListAsync(new ProcessQuery { Metadata = new("order", "4711") }, cancellationToken: TestContext.Current.CancellationToken)).ShouldHaveSingleItem();

        await node.ExecuteAsync($"DELETE FROM asyncviews_processes WHERE metadata IS NOT NULL");
        (await node.ReadAsync<long>("SELECT COUNT(*) FROM asyncviews_metadata")).ShouldBe(0);
    }

    [Fact]
    public async Task TablesOfALaterRelease_ThatOnlyAdds_AreUsed()
    {
        var schema = await server.CreateSchemaAsync();
        await using (var later = await StoreNode.OpenAsync(schema))
        {
            await later.ClaimedAsync();
            await later.ExecuteAsync("ALTER TABLE asyncviews_processes ADD added integer NOT NULL DEFAULT 0; UPDATE asyncviews_meta SET value = '\\xff' WHERE name = 'version'");
        }

        await using var node = await StoreNode.OpenAsync(schema);

        await node.ClaimedAsync();
        (await node.ReadAsync<byte[]>("SELECT value FROM asyncviews_meta WHERE name = 'version'")).ShouldBe([0xff]);
    }

    [Fact]
    public async Task TablesOfALaterRelease_ThatTakesAway_AreRefused()
    {
        var schema = await server.CreateSchemaAsync();
        await using (var later = await StoreNode.OpenAsync(schema))
            await later.ExecuteAsync("UPDATE asyncviews_meta SET value = '\\xff' WHERE name IN ('version', 'oldest')");

        (await Should.ThrowAsync<InvalidOperationException>(() => StoreNode.OpenAsync(schema))).Message.ShouldContain("Deploy the later release.");
    }

    [Fact]
    public async Task TablesOfAnUnknownRelease_AreRefused()
    {
        var schema = await server.CreateSchemaAsync();
        await using (var early = await StoreNode.OpenAsync(schema))
            await early.ExecuteAsync("UPDATE asyncviews_meta SET value = '\\x01' WHERE name = 'version'");

        (await Should.ThrowAsync<InvalidOperationException>(() => StoreNode.OpenAsync(schema))).Message.ShouldContain("Update with an earlier release first");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Role_ThatMayNotCreateTables_GetsTheScript(bool isOld)
    {
        var own = isOld ? await CreateOldAsync() : await server.CreateSchemaAsync();
        var role = $"role_{Guid.NewGuid():N}";
        var schema = new NpgsqlConnectionStringBuilder(own).SearchPath!;
        await ExecuteAsync(own, $"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}{(isOld ? $"; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}" : "")}");
        var limited = new NpgsqlConnectionStringBuilder(own) { Username = role }.ConnectionString;

        var message = (await Should.ThrowAsync<InvalidOperationException>(() => StoreNode.OpenAsync(limited))).Message;
        (await StoreNode.CommandAsync(limited, "schema")).ShouldBe(0);
        await ExecuteAsync(server.ConnectionString(), message[message.IndexOf("BEGIN;", StringComparison.Ordinal)..]);

        await using var node = await StoreNode.OpenAsync(limited);
        await node.ClaimedAsync();
    }

    private static Task<string[]> DescribeAsync(StoreNode node) => node.ReadAsync<string[]>(
        """
        SELECT array_agg(line ORDER BY line) FROM (
            SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line FROM information_schema.columns WHERE table_schema = current_schema()
            UNION ALL SELECT replace(indexdef, current_schema() || '.', '') FROM pg_indexes WHERE schemaname = current_schema()
            UNION ALL SELECT replace(pg_get_functiondef(oid), current_schema() || '.', '') FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'asyncviews\_%'
            UNION ALL SELECT concat_ws(' ', event_object_table, trigger_name, event_manipulation, action_condition) FROM information_schema.triggers WHERE trigger_schema = current_schema()) AS lines
        """);

    private async Task<string> CreateOldAsync()
    {
        var schema = await server.CreateSchemaAsync();
        await ExecuteAsync(schema, await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Schemas", "5.sql"), TestContext.Current.CancellationToken));
        return schema;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
