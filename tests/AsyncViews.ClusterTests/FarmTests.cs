using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AsyncViews.ClusterTests.Support;

namespace AsyncViews.ClusterTests;

/// <summary>Any node takes the POST, any node runs it, any node answers, and any node may die, whatever the engine.</summary>
/// <param name="shared">The farm of the class: each test leaves what it has lost to the next one to make good.</param>
/// <param name="server">Has a database for a farm of a test's own.</param>
public abstract class FarmTests(SharedFarm shared, PostgreSqlServer server)
{
    private static readonly (string, string) UntilReleased = ("Wait", "until-released");

    [Fact]
    public async Task Submission_ToOneNode_IsFollowedAndFetchedAtEveryOther()
    {
        var farm = await shared.WholeAsync();
        var id = await farm.SubmitAsync(UntilReleased);
        await farm.IsAsync("running", id);
        await Patience.UntilAsync(async () => (await farm.ReadStatusAsync(id)).GetProperty("progress") is { ValueKind: JsonValueKind.Number } progress && progress.GetInt32() == 50, "the progress is seen");

        farm.ReleaseRuns();
        await farm.IsAsync("succeeded", id);

        foreach (var _ in farm.Nodes)
        {
            using var result = await farm.GetAsync($"/Ledger?handler=result&process_id={id}");
            (await result.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"<p id=\"written\">{id}</p>");
        }

        farm.ReadLedger()["start"].Count(started => started == id).ShouldBe(1);
    }

    [Fact]
    public async Task Cancel_ThroughAnotherNode_StopsTheRun()
    {
        var farm = await shared.WholeAsync();
        var id = await farm.SubmitAsync(UntilReleased);
        await farm.IsAsync("running", id);

        for (var i = 0; i < farm.Nodes.Count; i++)
            (await farm.CancelAsync(id)).Dispose();

        await farm.IsAsync("canceled", id);
        farm.ReadLedger()["stopped"].Count(stopped => stopped == id).ShouldBe(1);
    }

    [Fact]
    public async Task Kill_OfTheNodeThatRuns_InterruptsItsRunsAndNoOthers()
    {
        var farm = await shared.WholeAsync();
        string[] ids = [await farm.SubmitAsync(UntilReleased), await farm.SubmitAsync(UntilReleased), await farm.SubmitAsync(UntilReleased)];
        foreach (var id in ids)
            await farm.IsAsync("running", id);
        var killed = await farm.NodeOfAsync(ids[0]);
        var lost = new List<string>();
        foreach (var id in ids)
        {
            if (await farm.NodeOfAsync(id) == killed)
                lost.Add(id);
        }

        await farm.KillAsync(killed);

        foreach (var id in lost)
            await farm.IsAsync("interrupted", id);
        farm.ReleaseRuns();
        foreach (var id in ids.Except(lost))
            await farm.IsAsync("succeeded", id);
        await farm.IsAsync("succeeded", await farm.SubmitAsync(("Milliseconds", "1")));
        farm.ReadLedger()["start"].Distinct().Count().ShouldBe(farm.ReadLedger()["start"].Count());
    }

    [Fact]
    public async Task Freeze_OfTheNodeThatRuns_EndsItsRunWhoseLateEndIsRefused()
    {
        var farm = await shared.WholeAsync();
        var id = await farm.SubmitAsync(UntilReleased);
        await farm.IsAsync("running", id);
        var frozen = await farm.NodeOfAsync(id);
        farm.Leave(frozen);
        await SignalAsync("STOP", frozen);
        try
        {
            await farm.IsAsync("succeeded", await farm.SubmitAsync(("Milliseconds", "1")));
            await farm.IsAsync("interrupted", id);
            farm.ReleaseRuns();
        }
        finally
        {
            await SignalAsync("CONT", frozen);
        }

        await Patience.UntilAsync(() => Task.FromResult(farm.ReadLedger()["end"].Contains(id) || farm.ReadLedger()["stopped"].Contains(id)), "the run has come to its end");
        (await farm.ReadStateAsync(id)).ShouldBe("interrupted");
        farm.ReadLedger()["start"].Count(started => started == id).ShouldBe(1);
        await frozen.DisposeAsync();
    }

    [Fact]
    public async Task Stop_OfANode_LeavesWhatWaitsToTheOthers()
    {
        await using var farm = await Farm.StartAsync(server, shared.Engine, 1, "--Runs=1");
        var first = farm.Nodes[0];
        var running = await farm.SubmitAsync(UntilReleased);
        await farm.HasBegunAsync(running);
        string[] waiting = [await farm.SubmitAsync(("Milliseconds", "1")), await farm.SubmitAsync(("Milliseconds", "1"))];
        await farm.AddNodeAsync("--Without=/Ledger");
        await farm.AddNodeAsync("--Runs=1");
        farm.Leave(first);

        await first.TerminateAsync();

        farm.Leave(farm.Nodes[0]);
        foreach (var id in waiting)
            await farm.IsAsync("succeeded", id);
        farm.ReadLedger()["start"].Count(started => started == running).ShouldBe(1);
    }

    [Fact]
    public async Task Outage_OfTheDatabase_InterruptsNoHealthyRun()
    {
        var farm = await shared.WholeAsync();
        var id = await farm.SubmitAsync(UntilReleased);
        await farm.IsAsync("running", id);

        await shared.Server.KillAsync();
        await Task.Delay(Farm.ShortLease * 2, TestContext.Current.CancellationToken);
        await shared.Server.StartAsync();
        farm.Reconnect();

        await farm.IsAsync("running", id);
        await farm.IsAsync("succeeded", await farm.SubmitAsync(("Milliseconds", "1")));
        farm.ReleaseRuns();
        await farm.IsAsync("succeeded", id);
        farm.ReadLedger()["start"].Count(started => started == id).ShouldBe(1);
    }

    private static async Task SignalAsync(string signal, SiteProcess node)
    {
        using var kill = Process.Start("kill", [$"-{signal}", node.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}

/// <summary>A farm whose nodes have an engine each.</summary>
public sealed class InProcessFarmTests(InProcessFarm farm, PostgreSqlServer server) : FarmTests(farm, server), IClassFixture<InProcessFarm>;
