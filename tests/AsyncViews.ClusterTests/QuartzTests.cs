using AsyncViews.ClusterTests.Support;

namespace AsyncViews.ClusterTests;

/// <summary>A farm whose nodes share a clustered Quartz.NET scheduler.</summary>
public sealed class QuartzFarmTests(QuartzFarm farm, PostgreSqlServer server) : FarmTests(farm, server), IClassFixture<QuartzFarm>;

/// <summary>The engine on a clustered Quartz.NET scheduler: order, and who waits for whom.</summary>
public sealed class QuartzTests(PostgreSqlServer server)
{
    [Fact]
    public async Task Submission_OnOneNode_EndsInItsResult()
    {
        await using var farm = await Farm.StartAsync(server, Farm.Quartz, 1);

        var id = await farm.SubmitAsync(("Milliseconds", "1"));

        await farm.IsAsync("succeeded", id);
        using var result = await farm.GetAsync($"/Ledger?handler=result&process_id={id}");
        (await result.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"<p id=\"written\">{id}</p>");
        farm.ReadLedger()["start"].ShouldBe([id]);
    }

    /// <summary>Quartz takes triggers by their times, and looks at priorities among equal ones only.</summary>
    [Fact]
    public async Task Priority_DecidesWhichProcessAPermitRuns()
    {
        var schema = await server.CreateSchemaAsync();
        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(schema, runs, options => options.MaxConcurrentRuns = 1);
        await node.ScheduleAsync([0], held: true);
        await runs.HaveStartedAsync(0);
        int[] priorities = [3, 9, 1, 7, 5, 10, 2, 8, 6, 4];
        foreach (var priority in priorities)
            await node.ScheduleAsync([priority], options: new ScheduleOptions { Priority = priority });

        runs.Released.SetResult();

        await runs.HaveStartedAsync(priorities);
        runs.Started.ShouldBe([0, .. priorities.OrderDescending()]);
    }

    /// <summary>Quartz looks twice a minute for what it was not told of: so often in turn, that would take longer than this waits.</summary>
    [Fact]
    public async Task Process_OfAnotherNode_StartsWithoutWaitingForTheNextLook()
    {
        const int Starts = 30;
        var schema = await server.CreateSchemaAsync();
        var runs = new Runs();
        await using var web = await QuartzNode.StartAsync(schema, runs, options => (options.Role, options.SweepInterval) = (NodeRole.Web, TimeSpan.FromHours(1)));
        await using var worker = await QuartzNode.StartAsync(schema, runs, options => options.SweepInterval = TimeSpan.FromHours(1));

        await StartInTurnAsync().WaitAsync(Starts * TimeSpan.FromSeconds(9), TestContext.Current.CancellationToken);

        async Task StartInTurnAsync()
        {
            foreach (var number in Enumerable.Range(1, Starts))
            {
                await web.ScheduleAsync([number]);
                await runs.HaveStartedAsync(number);
            }
        }
    }

    /// <summary>A firing, a recovery, or a node that is frozen in the middle of one, may hold it for long.</summary>
    [Fact]
    public async Task LockOfTheCluster_KeepsNobodyFromScheduling()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var web = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Web);
        await using (await tables.LockAsync("SELECT FROM qrtz_locks FOR UPDATE"))
        {
            await web.ScheduleAsync([1, 2, 3]);
            await tables.PermitsAsync(3);
        }

        await using var worker = await QuartzNode.StartAsync(schema, runs);
        await runs.HaveStartedAsync(1, 2, 3);
    }

    [Fact]
    public async Task ScheduledProcess_StartsWhenItIsDueAndNotBefore()
    {
        var schema = await server.CreateSchemaAsync();
        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(schema, runs);
        var due = TimeProvider.System.GetUtcNow().AddSeconds(2);
        await node.ScheduleAsync([1], options: new ScheduleOptions { NotBefore = due });

        await runs.HaveStartedAsync(1);

        TimeProvider.System.GetUtcNow().ShouldBeGreaterThanOrEqualTo(due);
    }

    [Fact]
    public async Task Burst_WithASmallPool_RunsWhole()
    {
        var schema = (await server.CreateSchemaAsync()).Replace("Maximum Pool Size=30", "Maximum Pool Size=5");
        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(schema, runs);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(caller => node.ScheduleAsync(Enumerable.Range(caller * 20, 20))));

        await runs.HaveStartedAsync(Enumerable.Range(0, 200));
    }

    [Fact]
    public async Task Command_SchedulesWithoutRunning()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        (await QuartzNode.CommandAsync(schema, "schedule", "numbered", """{"number":1,"isHeld":false}""")).ShouldBe(0);
        await tables.PermitsAsync(1);

        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(schema, runs);

        await runs.HaveStartedAsync(1);
    }
}
