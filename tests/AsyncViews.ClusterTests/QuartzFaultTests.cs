using System.Diagnostics;
using System.Globalization;
using AsyncViews.ClusterTests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.ClusterTests;

/// <summary>Nodes that die, freeze or disagree about the time while they hold permits or locks of the cluster.</summary>
public sealed class QuartzFaultTests(PostgreSqlServer server)
{
    private static readonly (string, string) UntilReleased = ("Wait", "until-released"), Short = ("Milliseconds", "1");

    [Fact]
    public async Task Kill_OfANodeThatHoldsPermits_LeavesTheirProcessesToTheOthers()
    {
        await using var farm = await Farm.StartAsync(server, [.. Farm.Quartz, Farm.Mortal], 1, "--Role=Web");
        await using var tables = new QuartzTables(farm.ConnectionString);
        var worker = await farm.AddNodeAsync("--Role=Worker", $"--PostgreSql={farm.ConnectionString};Application Name=killed");
        farm.Leave(worker);
        await SignalAsync("STOP", worker);
        string[] ids = [await farm.SubmitAsync(Short), await farm.SubmitAsync(Short), await farm.SubmitAsync(Short)];
        await tables.PermitsAsync(3);
        await using (await tables.LockAsync("LOCK TABLE asyncviews_processes IN EXCLUSIVE MODE"))
        {
            await SignalAsync("CONT", worker);
            await Patience.UntilAsync(async () => await tables.ReadAsync<long>("SELECT count(*) FROM qrtz_fired_triggers WHERE state = 'EXECUTING'") >= ids.Length, "all permits have fired");
            await worker.KillAsync();

            // As the server does by itself when it notices that a client is gone. Until then it goes on with the claims that this one has sent.
            await tables.ReadAsync<long>("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'killed'");
        }

        await farm.AddNodeAsync();

        foreach (var id in ids)
            await farm.IsAsync("succeeded", id);
        farm.ReadLedger()["start"].Order().ShouldBe(ids.Order());
    }

    [Fact]
    public async Task Freeze_OfANodeInTheMiddleOfATransaction_StopsNobody()
    {
        await using var farm = await Farm.StartAsync(server, [.. Farm.Quartz, Farm.Mortal], 2);
        await using var tables = new QuartzTables(farm.ConnectionString);
        var frozen = await farm.AddNodeAsync($"--PostgreSql={farm.ConnectionString};Application Name=frozen");
        farm.Leave(frozen);
        using var enough = new CancellationTokenSource();
        var load = Task.WhenAll(farm.ReadAddresses().Select(address => Task.Run(() => SubmitUntilAsync(farm, address, enough.Token))));
        try
        {
            await Patience.UntilAsync(() => FreezeInATransactionAsync(frozen, tables), "it was frozen in the middle of a transaction");
            await enough.CancelAsync();
            await load;
            List<string> ids = [];
            while (ids.Count < 20)
                ids.Add(await farm.SubmitAsync(Short));
            await Patience.UntilAsync(() => Task.FromResult(!ids.Except(farm.ReadLedger()["end"]).Any()), "the others have run what came after it");
        }
        finally
        {
            await SignalAsync("CONT", frozen);
        }

        farm.Return(frozen);
        await farm.IsAsync("succeeded", await farm.SubmitAsync(Short));
        farm.ReadLedger()["start"].CountBy(id => id).ShouldAllBe(starts => starts.Value == 1);
    }

    [Fact]
    public async Task RestartOfAllNodes_RunsWhatWaits()
    {
        await using var farm = await Farm.StartAsync(server, [.. Farm.Quartz, Farm.Mortal], 2, "--Runs=1");
        var running = await Task.WhenAll(farm.SubmitAsync(UntilReleased), farm.SubmitAsync(UntilReleased));
        foreach (var id in running)
            await farm.HasBegunAsync(id);
        string[] waiting = [await farm.SubmitAsync(Short), await farm.SubmitAsync(Short), await farm.SubmitAsync(Short)];

        foreach (var node in farm.Nodes.ToList())
            await farm.KillAsync(node);
        await Task.WhenAll(farm.AddNodeAsync(), farm.AddNodeAsync());

        foreach (var id in waiting)
            await farm.IsAsync("succeeded", id);
        foreach (var id in running)
            await farm.IsAsync("interrupted", id);
        farm.ReadLedger()["start"].Order().ShouldBe(running.Concat(waiting).Order());
    }

    [Fact]
    public async Task Clocks_ThatDiffer_DelayNothingAndRunNothingTwice()
    {
        var schema = await server.CreateSchemaAsync();
        var runs = new Runs();
        await using var ahead = await QuartzNode.StartAsync(schema, runs, options => options.Role = NodeRole.Web, engine => At(engine, TimeSpan.FromSeconds(30)).UseQuartz(schema));
        await using var exact = await QuartzNode.StartAsync(schema, runs, options => options.MaxConcurrentRuns = 2);
        await using var behind = await QuartzNode.StartAsync(schema, runs, options => options.MaxConcurrentRuns = 2, engine => At(engine, TimeSpan.FromSeconds(-25)).UseQuartz(schema));

        await ahead.ScheduleAsync(Enumerable.Range(1, 4), held: true);
        await runs.HaveStartedAsync(Enumerable.Range(1, 4));
        await behind.ScheduleAsync(Enumerable.Range(5, 20));
        runs.Released.SetResult();

        await runs.HaveStartedAsync(Enumerable.Range(1, 24));
    }

    /// <summary>One that is slow is no proof, nor are many: the machine may have much to do.</summary>
    [Fact]
    public async Task ScheduledProcess_OfANodeWhoseClockIsALittleAhead_StartsOnTime()
    {
        var moment = TimeSpan.FromSeconds(0.8);
        var schema = await server.CreateSchemaAsync();
        var runs = new Runs();
        await using var ahead = await QuartzNode.StartAsync(schema, runs, options => options.SweepInterval = TimeSpan.FromHours(1), engine => At(engine, TimeSpan.FromMilliseconds(100)).UseQuartz(schema));
        var processes = ahead.Services.GetRequiredService<IProcessManager>();
        var late = TimeSpan.MaxValue;
        for (var number = 0; number < 20 && late >= moment; number++)
        {
            var due = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(1);
            var id = await ahead.Jobs.ScheduleAsync(new Numbered(number, IsHeld: false), new ScheduleOptions { NotBefore = due }, TestContext.Current.CancellationToken);
            await runs.HaveStartedAsync(number);
            late = (await processes.GetStatusAsync(id, TestContext.Current.CancellationToken))!.StartedAt!.Value - due;
        }

        late.ShouldBeLessThan(moment);
    }

    private static AsyncViewsBuilder At(AsyncViewsBuilder node, TimeSpan difference)
    {
        node.Services.AddSingleton<TimeProvider>(new WrongClock(difference));
        return node;
    }

    private static async Task SubmitUntilAsync(Farm farm, string address, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
            await farm.TrySubmitAsync(address, Short);
    }

    /// <returns>Whether it was in the middle of one, and stays frozen.</returns>
    private static async Task<bool> FreezeInATransactionAsync(SiteProcess node, QuartzTables tables)
    {
        await SignalAsync("STOP", node);
        if (await tables.ReadAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'frozen' AND state = 'idle in transaction' AND query ILIKE '%qrtz_%'") > 0)
            return true;

        await SignalAsync("CONT", node);
        return false;
    }

    private static async Task SignalAsync(string signal, SiteProcess node)
    {
        using var kill = Process.Start("kill", [$"-{signal}", node.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>A clock that is ahead, or behind.</summary>
    private sealed class WrongClock(TimeSpan difference) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + difference;
    }
}
