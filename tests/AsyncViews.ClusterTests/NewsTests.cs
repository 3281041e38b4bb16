using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;

namespace AsyncViews.ClusterTests;

/// <summary>Nodes that hear from each other what they can do: none of them sweeps here, which would find it, too.</summary>
public sealed class NewsTests(PostgreSqlServer server)
{
    private const string NoSweep = "--SweepMilliseconds=3600000";

    [Fact]
    public async Task Submissions_ToAWebNode_StartOnAWorker()
    {
        await using var farm = await Farm.StartAsync(server, 1, "--Role=Web", NoSweep);
        var worker = await farm.AddNodeAsync("--Role=Worker", NoSweep);
        farm.Leave(worker);

        for (var i = 0; i < 50; i++)
            await farm.IsAsync("succeeded", await farm.SubmitAsync(("Milliseconds", "0")));

        farm.Return(worker);
        farm.ReadLedger()["start"].Distinct().Count().ShouldBe(50);
    }

    [Fact]
    public async Task Submissions_ToABusyNode_StartOnAFreeOne()
    {
        await using var farm = await Farm.StartAsync(server, 1, "--Runs=1", NoSweep);
        var busy = farm.Nodes[0];
        var running = await farm.SubmitAsync(("Wait", "until-released"));
        await farm.IsAsync("running", running);
        var free = await farm.AddNodeAsync("--Runs=1", NoSweep);
        farm.Leave(free);

        List<string> ids = [];
        for (var i = 0; i < 20; i++)
            ids.Add(await farm.SubmitAsync(("Milliseconds", "0")));
        foreach (var id in ids)
            await farm.IsAsync("succeeded", id);

        farm.Return(free);
        foreach (var id in ids)
            (await farm.NodeOfAsync(id)).ShouldBe(free);
        (await farm.NodeOfAsync(running)).ShouldBe(busy);
        farm.ReleaseRuns();
        await farm.IsAsync("succeeded", running);
    }

    [Fact]
    public async Task ProcessForALaterTime_OnAnotherNode_IsKnownToEach()
    {
        var schema = await server.CreateSchemaAsync();
        await using var node = await StoreNode.OpenAsync(schema, "node");
        await using var other = await StoreNode.OpenAsync(schema, "other");
        await using var heard = other.Store.WatchAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await heard.MoveNextAsync()).ShouldBeTrue();
        (await other.Store.QueueDueAsync(TestContext.Current.CancellationToken)).Next.ShouldBeNull();
        await using var body = node.Store.CreateContent();
        var later = StoreNode.NewProcess(body) with { Terms = new RunTerms { NotBefore = TimeProvider.System.GetUtcNow().AddHours(1) } };

        await node.Store.AddAsync(later, cancellationToken: TestContext.Current.CancellationToken);
        node.Store.Announce(ProcessChange.Waiting(later.Id, later.Terms.NotBefore, later.Terms.StartBefore));

        var hearing = heard.MoveNextAsync().AsTask();
        (await hearing.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken)).ShouldBeTrue();
        (await other.Store.QueueDueAsync(TestContext.Current.CancellationToken)).Next.ShouldNotBeNull();
    }
}
