using System.Net;
using AsyncViews.ClusterTests.Support;

namespace AsyncViews.ClusterTests;

/// <summary>Nodes that take nothing more, told by the program of another, and nodes that do one part of the work.</summary>
public sealed class DrainTests(PostgreSqlServer server)
{
    [Fact]
    public async Task Drain_OfANode_LeavesItsRunsToItAndTheRestToTheOthers()
    {
        await using var farm = await Farm.StartAsync(server, 1);
        var drained = farm.Nodes[0];
        var running = await farm.SubmitAsync(("Wait", "until-released"));
        await farm.IsAsync("running", running);
        var other = await farm.AddNodeAsync();

        (await StoreNode.CommandAsync(farm.ConnectionString, "drain", Farm.NameOf(drained))).ShouldBe(1);

        for (var i = 0; i < 6; i++)
        {
            var id = await farm.SubmitAsync(("Milliseconds", "1"));
            await farm.IsAsync("succeeded", id);
            (await farm.NodeOfAsync(id)).ShouldBe(other);
        }

        await farm.IsAsync("running", running);
        farm.ReleaseRuns();
        await farm.IsAsync("succeeded", running);
        (await StoreNode.CommandAsync(farm.ConnectionString, "drain", Farm.NameOf(drained))).ShouldBe(0);
        (await StoreNode.CommandAsync(farm.ConnectionString, "drain", "nobody")).ShouldBe(1);
    }

    [Fact]
    public async Task Drain_OfAll_IsHeardByEach()
    {
        await using var farm = await Farm.StartAsync(server, 2);

        (await StoreNode.CommandAsync(farm.ConnectionString, "drain", "--all")).ShouldBe(0);

        var id = await farm.SubmitAsync(("Milliseconds", "1"));
        await farm.IsAsync("queued", id);
        var added = await farm.AddNodeAsync();
        await farm.IsAsync("succeeded", id);
        (await farm.NodeOfAsync(id)).ShouldBe(added);
    }

    [Fact]
    public async Task WebAndWorkerNodes_ShareTheWork()
    {
        await using var farm = await Farm.StartAsync(server, 1, "--Role=Web");
        var worker = await farm.AddNodeAsync("--Role=Worker");
        farm.Leave(worker);

        var id = await farm.SubmitAsync(("Milliseconds", "1"));
        await farm.IsAsync("succeeded", id);

        farm.Leave(farm.Nodes[0]);
        farm.Return(worker);
        (await farm.NodeOfAsync(id)).ShouldBe(worker);
        using var refused = await farm.PostAsync("/Ledger", ("Number", "1"));
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await farm.ReadStateAsync(id)).ShouldBe("succeeded");
    }
}
