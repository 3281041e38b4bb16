using AsyncViews.ClusterTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>Quotas of a farm: no more runs at once on all nodes together, and a place that is given back is taken at once.</summary>
public sealed class QuotaTests(PostgreSqlServer server)
{
    /// <summary>Nothing is left to a sweep.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Quota_OfTwoNodes_IsKeptAndUsedUp(bool isQuartz)
    {
        var schema = await server.CreateSchemaAsync();
        var (runs, atOnce) = (new Runs(), new RunsAtOnce());
        await using var taker = await StartAsync(NodeRole.Web);
        await using var one = await StartAsync(NodeRole.Both);
        await using var two = await StartAsync(NodeRole.Both);

        foreach (var number in Enumerable.Range(1, 30))
            await taker.Jobs.ScheduleAsync(new Scarce(number), cancellationToken: TestContext.Current.CancellationToken);

        await runs.HaveStartedAsync(Enumerable.Range(1, 30));
        atOnce.Most.ShouldBeInRange(1, 2);

        Task<QuartzNode> StartAsync(NodeRole role) => QuartzNode.StartAsync(schema, runs, options =>
        {
            options.Role = role;
            options.SweepInterval = TimeSpan.FromHours(1);
            options.Quotas["scarce"] = 2;
        }, engine =>
        {
            engine.Services.AddSingleton(atOnce);
            engine.AddJob<ScarceJob>("scarce");
            if (isQuartz)
                engine.UseQuartz(schema);
        });
    }

    /// <summary>The database itself says how much it has read.</summary>
    [Fact]
    public async Task Claim_BesideThousandsUnderAFullQuota_ReadsOnlyItsOwn()
    {
        var schema = await server.CreateSchemaAsync();
        var counted = new NpgsqlConnectionStringBuilder(schema) { ApplicationName = nameof(QuotaTests) }.ToString();
        var quotas = new Dictionary<string, int> { ["scarce"] = 1 };
        await using var observer = NpgsqlDataSource.Create(schema);
        await using (var node = await StoreNode.OpenAsync(counted))
        {
            await AddAsync(node, "scarce");
            (await node.Store.ClaimNextAsync(StoreNode.Types, 1, quotas: quotas, cancellationToken: TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
            await node.ExecuteAsync(
                """
                INSERT INTO asyncviews_processes (id, type, owner, idempotency_key, limited, lane, anonymous, state, quota, rank, due, turn, max_starts, max_attempts, created, body_length)
                SELECT md5(number::text), type, owner, false, false, lane, false, 1, quota, rank, due, number, 1, 1, created, 0 FROM asyncviews_processes, generate_series(1, 10000) AS number
                """);
            await AddAsync(node, quota: null);
            await node.ExecuteAsync("ANALYZE asyncviews_processes");
        }

        var before = await CountReadAsync();
        await using (var node = await StoreNode.OpenAsync(counted))
            (await node.Store.ClaimNextAsync(StoreNode.Types, 5, quotas: quotas, cancellationToken: TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Record.Quota.ShouldBeNull();

        (await CountReadAsync() - before).ShouldBeInRange(1, 999);

        async Task<long> CountReadAsync()
        {
            await Patience.UntilAsync(async () => await ReadAsync($"SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = '{nameof(QuotaTests)}'") == 0, "nobody else is connected");
            return await ReadAsync(
                """
                SELECT ((SELECT COALESCE(SUM(idx_tup_read), 0) FROM pg_stat_user_indexes WHERE schemaname = current_schema())
                    + (SELECT COALESCE(SUM(seq_tup_read), 0) FROM pg_stat_user_tables WHERE schemaname = current_schema() AND relname = 'asyncviews_processes'))::bigint
                """);
        }

        async Task<long> ReadAsync(string sql)
        {
            await using var command = observer.CreateCommand(sql);
            return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
        }
    }

    /// <summary>One place of a lost run, and one of a run whose submission is damaged.</summary>
    [Fact]
    public async Task Recover_OfALostRun_GivesThePlaceBack()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        var quotas = new Dictionary<string, int> { ["scarce"] = 1 };
        ProcessId[] ids = [await AddAsync(node, "scarce"), await AddAsync(node, "scarce"), await AddAsync(node, "scarce")];

        (await ClaimAsync()).ShouldBe([ids[0]]);
        (await ClaimAsync()).ShouldBeEmpty();
        await node.ExecuteAsync("UPDATE asyncviews_processes SET heartbeat = heartbeat - interval '1 hour'");
        await node.ExecuteAsync($"UPDATE asyncviews_processes SET sealed_submission = '\\x00' WHERE id = '{ids[1]}'");

        await node.Store.RecoverAsync(TimeSpan.FromMinutes(1), new HashSet<ProcessId>(), hasContact: true, TestContext.Current.CancellationToken);

        (await ClaimAsync()).ShouldBe([ids[2]]);

        async Task<ProcessId[]> ClaimAsync() =>
            [.. (await node.Store.ClaimNextAsync(StoreNode.Types, 9, quotas: quotas, cancellationToken: TestContext.Current.CancellationToken)).Select(run => run.Record.Id)];
    }

    private static async Task<ProcessId> AddAsync(StoreNode node, string? quota)
    {
        await using var body = node.Store.CreateContent();
        var process = StoreNode.NewProcess(body) with { Quota = quota };
        await node.Store.AddAsync(process, cancellationToken: TestContext.Current.CancellationToken);
        return process.Id;
    }

    private sealed record Scarce(int Number);

    /// <summary>A job that counts how many of it run at once.</summary>
    [Quota("scarce")]
    private sealed class ScarceJob(Runs runs, RunsAtOnce atOnce) : IJob<Scarce>
    {
        public async Task RunAsync(Scarce args, ProcessContext process, CancellationToken cancellationToken)
        {
            runs.Started.Enqueue(args.Number);
            atOnce.Begin();
            await Task.Yield();
            atOnce.End();
        }
    }

    private sealed class RunsAtOnce
    {
        private readonly Lock _lock = new();
        private int _current;

        public int Most { get; private set; }

        public void Begin()
        {
            lock (_lock)
                Most = Math.Max(Most, ++_current);
        }

        public void End()
        {
            lock (_lock)
                _current--;
        }
    }
}
