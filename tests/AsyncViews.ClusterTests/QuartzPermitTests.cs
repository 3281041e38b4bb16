using AsyncViews.ClusterTests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.ClusterTests;

/// <summary>Permits that a node cannot use: they are for others, are neither lost nor taken over and over again.</summary>
public sealed class QuartzPermitTests(PostgreSqlServer server)
{
    private static readonly (string, string) Held = ("Wait", "until-released"), Short = ("Milliseconds", "1");

    [Fact]
    public async Task DrainingNode_LeavesItsPermitsToTheOthers()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var draining = await QuartzNode.StartAsync(schema, runs);
        await draining.ScheduleAsync([1], held: true);
        await runs.HaveStartedAsync(1);

        await draining.Services.GetRequiredService<INodeManager>().DrainAsync(cancellationToken: TestContext.Current.CancellationToken);

        await draining.ScheduleAsync([2, 3, 4]);
        var permits = await tables.PermitsAsync(3);
        await draining.ScheduleAsync([5, 6]);
        permits.Except(await tables.PermitsAsync(5)).ShouldBeEmpty();
        await using var other = await QuartzNode.StartAsync(schema, runs);
        await runs.HaveStartedAsync(1, 2, 3, 4, 5, 6);
        runs.Released.SetResult();
    }

    [Fact]
    public async Task WebNode_TakesNoPermits()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var web = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Web);
        await web.ScheduleAsync([1, 2, 3]);
        var permits = await tables.PermitsAsync(3);
        await web.ScheduleAsync([4, 5]);
        permits.Except(await tables.PermitsAsync(5)).ShouldBeEmpty();

        await using var worker = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Worker);

        await runs.HaveStartedAsync(1, 2, 3, 4, 5);
    }

    [Fact]
    public async Task PermitOfAnAnonymousPerson_WaitsUntilANodeHasRoomForOne()
    {
        // Three of the four workers are for people who have not signed in.
        await using var farm = await Farm.StartAsync(server, Farm.Quartz, 1, "--Runs=4");
        await using var tables = new QuartzTables(farm.ConnectionString);
        string[] held = [await farm.SubmitAsync(Held), await farm.SubmitAsync(Held), await farm.SubmitAsync(Held)];
        foreach (var id in held)
            await farm.IsAsync("running", id);

        var waiting = await farm.SubmitAsync(Short);
        var permit = await tables.PermitsAsync(1, "asyncviews/anonymous/%");
        var next = await farm.SubmitAsync(Held);
        permit.Except(await tables.PermitsAsync(2, "asyncviews/anonymous/%")).ShouldBeEmpty();
        (await farm.ReadStateAsync(waiting)).ShouldBe("queued");

        (await farm.CancelAsync(held[0])).Dispose();

        await farm.IsAsync("succeeded", waiting);
        await farm.IsAsync("running", next);
        var last = await farm.SubmitAsync(Short);
        await tables.PermitsAsync(1, "asyncviews/anonymous/%");
        await farm.AddNodeAsync("--Runs=4");
        await farm.IsAsync("succeeded", last);
    }

    [Fact]
    public async Task PermitOfAnUnknownType_WaitsForANodeThatKnowsIt()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var web = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Web, engine => engine.AddJob<LaterJob>("later").UseQuartz(schema));
        await using var old = await QuartzNode.StartAsync(schema, runs);
        foreach (var number in Enumerable.Range(1, 5))
            await web.Jobs.ScheduleAsync(new Later(number), cancellationToken: TestContext.Current.CancellationToken);
        var permits = await tables.PermitsAsync(5);

        await web.ScheduleAsync([6, 7, 8]);
        await runs.HaveStartedAsync(6, 7, 8);
        permits.Except(await tables.PermitsAsync(5)).ShouldBeEmpty();

        await using var latest = await QuartzNode.StartAsync(schema, runs, engine: engine => engine.AddJob<LaterJob>("later").UseQuartz(schema));
        await runs.HaveStartedAsync(1, 2, 3, 4, 5);
    }

    /// <summary>A claim has one of the places for anonymous people until it is known whose process it takes.</summary>
    [Fact]
    public async Task PermitOfAnAnonymousPerson_ThatFiredDuringAnotherClaim_DoesNotWaitForTheEndOfARun()
    {
        const string Claim = "hashtext(current_schema()) & 2147483647";
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();

        // One of the two workers is for people who have not signed in.
        await using var node = await QuartzNode.StartAsync(schema, runs, options => options.MaxConcurrentRuns = 2, engine =>
        {
            engine.Services.AddAuthentication().AddCookie();
            engine.UseQuartz(schema);
        });
        await tables.ExecuteAsync(
            $"""
            CREATE FUNCTION make_anonymous() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.anonymous := true; RETURN NEW; END';
            CREATE TRIGGER make_anonymous BEFORE INSERT ON asyncviews_processes FOR EACH ROW WHEN (NEW.rank = -7) EXECUTE FUNCTION make_anonymous();
            CREATE FUNCTION claim_slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock({Claim}); RETURN NEW; END';
            CREATE TRIGGER claim_slowly BEFORE UPDATE ON asyncviews_processes FOR EACH ROW WHEN (NEW.fence > OLD.fence) EXECUTE FUNCTION claim_slowly();
            """);
        await using (await tables.LockAsync($"SELECT pg_advisory_xact_lock({Claim})"))
        {
            await node.ScheduleAsync([1], held: true);
            await Patience.UntilAsync(async () => await tables.ReadAsync<long>($"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND objid::bigint = {Claim}") == 1, "it is being claimed");
            await node.ScheduleAsync([2], options: new ScheduleOptions { Priority = 7 });
            await tables.PermitsAsync(1, "asyncviews/anonymous/%");
        }

        await runs.HaveStartedAsync(1, 2);
        runs.Released.SetResult();
    }

    [Fact]
    public async Task Burst_OfManyProcesses_NeedsFewPermits()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using (var web = await QuartzNode.StartAsync(schema, runs, options => (options.Role, options.SweepInterval) = (NodeRole.Web, TimeSpan.FromHours(1))))
            await Task.WhenAll(Enumerable.Range(0, 20).Select(caller => web.ScheduleAsync(Enumerable.Range(caller * 40, 40))));
        (await tables.ReadPermitsAsync()).Length.ShouldBeInRange(1, 400);

        await using var one = await QuartzNode.StartAsync(schema, runs);
        await using var other = await QuartzNode.StartAsync(schema, runs);

        await runs.HaveStartedAsync(Enumerable.Range(0, 800));
    }

    /// <summary>They are written behind the answers.</summary>
    [Fact]
    public async Task Stop_RightAfterSubmissions_LeavesTheirPermits()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        await using (var web = await QuartzNode.StartAsync(schema, new Runs(), options => (options.Role, options.SweepInterval) = (NodeRole.Web, TimeSpan.FromHours(1))))
            await Task.WhenAll(Enumerable.Range(0, 10).Select(number => web.ScheduleAsync([number])));

        (await tables.ReadPermitsAsync()).Length.ShouldBeGreaterThanOrEqualTo(10);
    }

    /// <summary>Only nodes that have a type know its quota: the others would write permits without end that nobody can use.</summary>
    [Fact]
    public async Task PermitOfAnUnknownType_ThatIsLost_IsLeftToThoseWhoKnowIt()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var old = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Web);
        await old.ScheduleAsync([1]);
        await using (var latest = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Web, engine => engine.AddJob<LaterJob>("later").UseQuartz(schema)))
            await latest.Jobs.ScheduleAsync(new Later(2), cancellationToken: TestContext.Current.CancellationToken);
        await tables.PermitsAsync(1, "asyncviews/%later");

        // One look writes those of all types. With the second one, the first is over.
        foreach (var lost in (string[])["asyncviews/%", "asyncviews/%numbered"])
        {
            await tables.ExecuteAsync($"DELETE FROM qrtz_simple_triggers WHERE trigger_group LIKE '{lost}'; DELETE FROM qrtz_triggers WHERE trigger_group LIKE '{lost}'");
            await tables.PermitsAsync(1, "asyncviews/%numbered");
        }

        (await tables.ReadPermitsAsync("asyncviews/%later")).ShouldBeEmpty();
    }

    /// <summary>Permits that are gone, or that Quartz has set aside, since it could not make their job: it never fires those again.</summary>
    [Theory]
    [InlineData("DELETE FROM qrtz_simple_triggers; DELETE FROM qrtz_triggers")]
    [InlineData("DELETE FROM qrtz_simple_triggers; DELETE FROM qrtz_triggers; DELETE FROM qrtz_job_details")]
    [InlineData("UPDATE qrtz_triggers SET trigger_state = 'ERROR'")]
    public async Task Permits_ThatAreLost_AreWrittenAnew(string loss)
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var web = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Web);
        await web.ScheduleAsync([1, 2, 3]);
        await tables.PermitsAsync(3);

        await tables.ExecuteAsync(loss);
        await tables.PermitsAsync(3);

        await using var worker = await QuartzNode.StartAsync(schema, runs);
        await runs.HaveStartedAsync(1, 2, 3);
        (await tables.ReadAsync<long>("SELECT count(*) FROM qrtz_triggers WHERE trigger_state = 'ERROR'")).ShouldBe(0);
    }

    [Fact]
    public async Task Permit_ThatFiredWhileItsProcessWasLocked_IsWrittenAnew()
    {
        var schema = await server.CreateSchemaAsync();
        await using var tables = new QuartzTables(schema);
        var runs = new Runs();
        await using var web = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Web);
        await web.ScheduleAsync([1]);
        await tables.PermitsAsync(1);
        await using (await tables.LockAsync("SELECT FROM asyncviews_processes FOR UPDATE"))
        {
            await using var worker = await QuartzNode.StartAsync(schema, runs);
            await tables.NoPermitAsync();
        }

        await using var other = await QuartzNode.StartAsync(schema, runs);
        await runs.HaveStartedAsync(1);
    }

    private sealed record Later(int Number);

    /// <summary>A job that only a later release has.</summary>
    private sealed class LaterJob(Runs runs) : IJob<Later>
    {
        public Task RunAsync(Later args, ProcessContext process, CancellationToken cancellationToken)
        {
            runs.Started.Enqueue(args.Number);
            return Task.CompletedTask;
        }
    }
}
