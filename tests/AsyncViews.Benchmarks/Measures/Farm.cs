using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The cost of nodes that share a PostgreSQL database, and how soon one of them sees what another does.</summary>
internal static class Farm
{
    private const int Drained = 10_000;
    private const int Workers = 20;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(30);

    /// <summary>Longer than a sweep's interval: the first one after runs has something to do.</summary>
    private static readonly TimeSpan UntilTidy = TimeSpan.FromSeconds(20);

    public static async Task<IReadOnlyList<Row>> SubmitAsync(FarmDatabase database)
    {
        await using var web = await database.StartNodeAsync(NodeRole.Web);
        return [(await Comparison.RunAsync(Submitting.Of(web, "/Work", 303), Submitting.Of(web, "/Inserted", 302)))
            .ToRow("POST→303, PostgreSQL, run by nobody", "a page that inserts one row itself", 0.7)];
    }

    public static async Task<IReadOnlyList<Row>> StartAsync(FarmDatabase database)
    {
        await using var worker = await database.StartNodeAsync();
        await Submitting.Of(worker, "/Work", 303, runBy: worker).WarmUpAsync(1);
        var same = await Starting.LoadAsync(worker, "/Work");
        await using var web = await database.StartNodeAsync(NodeRole.Web);
        await Submitting.Of(web, "/Work", 303, runBy: worker).WarmUpAsync(1);
        return
        [
            Describe("submit → first line of RunAsync, PostgreSQL, same node", same, database.Quartz ? 10 : 5),
            Describe("the same, another node", await Starting.LoadAsync(web, "/Work", worker), database.Quartz ? 15 : 10),
        ];
    }

    public static async Task<IReadOnlyList<Row>> DrainAsync(FarmDatabase database)
    {
        await using var web = await database.StartNodeAsync(NodeRole.Web);
        await using var one = await database.StartNodeAsync();
        await using var other = await database.StartNodeAsync();
        ServerProcess[] nodes = [one, other];
        var warmUp = await RunsAsync(nodes);
        await web.ScheduleAsync(Drained);
        await RunAsync(nodes, warmUp + Drained);
        await TakeAsync(nodes);

        var runs = await RunsAsync(nodes);
        await web.ScheduleAsync(nodes.Length * Workers, held: true);
        await RunAsync(nodes, runs + (nodes.Length * Workers));
        var enqueued = await web.ScheduleAsync(Drained);
        var before = await database.CountAsync();
        foreach (var node in nodes)
            await node.OpenGateAsync(0);
        await RunAsync(nodes, runs + (nodes.Length * Workers) + Drained);
        await Task.Delay(TimeSpan.FromSeconds(1));
        var after = await database.CountAsync();

        var starts = await TakeAsync(nodes);
        var rate = Drained / Stopwatch.GetElapsedTime(starts[0].At, starts[^1].At).TotalSeconds;
        var statements = (after.Statements - before.Statements) / (double)Drained;
        var idle = await IdleAsync(database);
        var (leastRate, mostStatements, mostIdle) = database.Quartz ? (400, 14, 10) : (1200, 4, 3);
        return
        [
            Row.Report("schedule 10,000 jobs, PostgreSQL, 32 callers", $"{enqueued:N0}/s"),
            new Row("10,000 empty processes on two nodes", $"{rate:N0}/s", "", "", $"≥ {leastRate:N0}/s", rate >= leastRate),
            new Row("the same: started twice or never", $"{starts.Count - Drained}", "", "", "0", starts.Count == Drained),
            PairsInWrongOrder(starts),
            new Row("the same: statements for each process", $"{statements:0.0}", $"{(after.Commits - before.Commits) / (double)Drained:0.0} transactions", "", $"≤ {mostStatements}", statements <= mostStatements),
            new Row("statements a second of two idle workers and a web node", $"{idle:0.0}", "", "", $"≤ {mostIdle}", idle <= mostIdle),
        ];
    }

    private static async Task<double> IdleAsync(FarmDatabase database)
    {
        await Task.Delay(UntilTidy);
        var before = await database.CountAsync();
        await Task.Delay(Idle);
        return ((await database.CountAsync()).Statements - before.Statements) / Idle.TotalSeconds;
    }

    /// <summary>A poll of what another node runs, and the statements that it costs.</summary>
    public static async Task<IReadOnlyList<Row>> PollAsync(FarmDatabase database)
    {
        await using var worker = await database.StartNodeAsync(NodeRole.Worker);
        await using var web = await database.StartNodeAsync(NodeRole.Web);
        using var person = await Person.ArriveAsync(web.Http1);
        var processing = await person.SubmitAsync("/Work", WorkKind.Timer);
        await worker.RunsAsync(1);
        var poll = person.Get(Polling.Completed(processing), Polling.Htmx);
        Side elsewhere = Side.Of(web, 200, _ => () => poll), here = Side.Of(worker, 200, _ => () => poll);
        var compared = await Comparison.RunAsync(elsewhere, here);
        var before = await database.CountAsync();
        await elsewhere.LoadAsync(Comparison.Clients, TimeSpan.FromSeconds(10));
        var statements = ((await database.CountAsync()).Statements - before.Statements) / 10.0;
        var row = compared.ToRow("poll with news of what another node runs", "on that node", 0.9);
        return [row, new Row("the same: all statements meanwhile", $"{statements:0.0}/s", "", "", "≤ 1 a watched id, and 3 of two idle nodes", statements <= 4)];
    }

    private static Row PairsInWrongOrder(List<Start> starts)
    {
        long pairs = 0, wrong = 0;
        for (var later = 0; later < starts.Count; later++)
        {
            for (var earlier = 0; earlier < later; earlier += 7)
            {
                pairs += starts[earlier].Priority == starts[later].Priority ? 0 : 1;
                wrong += starts[earlier].Priority < starts[later].Priority ? 1 : 0;
            }
        }

        var share = 100.0 * wrong / pairs;
        return new Row("the same: pairs of different priority that started in the wrong order", $"{share:0.00} %", $"{2 * Workers} run at once, 10 priorities", "", "0.0 %", share < 0.05);
    }

    private static async Task<int> RunsAsync(ServerProcess[] nodes) => (await Task.WhenAll(nodes.Select(node => node.ReadAsync()))).Sum(node => node.Runs);

    private static async Task RunAsync(ServerProcess[] nodes, int count)
    {
        for (var began = Stopwatch.GetTimestamp(); await RunsAsync(nodes) < count; await Task.Delay(20))
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(3))
                throw new TimeoutException($"Only {await RunsAsync(nodes)} of {count} runs have begun.");
        }
    }

    private static async Task<List<Start>> TakeAsync(ServerProcess[] nodes) => [.. (await Task.WhenAll(nodes.Select(node => node.TakeStartsAsync()))).SelectMany(starts => starts).OrderBy(start => start.At)];

    public static Row Describe(string measure, double[] milliseconds, double toReach)
    {
        var p50 = Comparison.Median(milliseconds);
        return new Row(measure, $"p50 {p50:0.0} ms, p99 {Comparison.Quantile(milliseconds, 0.99):0.0} ms", "", "", $"p50 ≤ {toReach:0} ms", p50 <= toReach);
    }
}
