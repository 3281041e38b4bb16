using AsyncViews.ClusterTests.Support;
using Microsoft.Extensions.DependencyInjection;

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

    /// <summary>One place of a lost run, and one of a run whose submission is damaged.</summary>
    [Fact]
    public async Task Recover_OfALostRun_GivesThePlaceBack()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        var quotas = new Dictionary<string, int> { ["scarce"] = 1 };
        var ids = new List<ProcessId>();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await using var body = node.Store.CreateContent();
            var process = StoreNode.NewProcess(body) with { Quota = "scarce" };
            await node.Store.AddAsync(process, cancellationToken: TestContext.Current.CancellationToken);
            ids.Add(process.Id);
        }

        (await ClaimAsync("dead")).ShouldBe([ids[0]]);
        (await ClaimAsync("node")).ShouldBeEmpty();
        await node.ExecuteAsync("UPDATE asyncviews_processes SET heartbeat = heartbeat - interval '1 hour'");
        await node.ExecuteAsync($"UPDATE asyncviews_processes SET sealed_submission = '\\x00' WHERE id = '{ids[1]}'");

        await node.Store.RecoverAsync(TimeSpan.FromMinutes(1), new HashSet<ProcessId>(), hasContact: true, TestContext.Current.CancellationToken);

        (await ClaimAsync("node")).ShouldBe([ids[2]]);

        async Task<ProcessId[]> ClaimAsync(string name) =>
            [.. (await node.Store.ClaimNextAsync(StoreNode.Types, name, 9, quotas: quotas, cancellationToken: TestContext.Current.CancellationToken)).Select(run => run.Record.Id)];
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
