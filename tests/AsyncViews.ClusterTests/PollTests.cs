using System.Text.Json;
using AsyncViews.ClusterTests.Support;

namespace AsyncViews.ClusterTests;

/// <summary>Polls that come to another node each time see one process.</summary>
public sealed class PollTests(PostgreSqlServer server)
{
    private const int EarlierRuns = 5;

    [Fact]
    public async Task Polls_OfTwoNodesInTurn_ShowNothingThatWasShownBefore()
    {
        await using var farm = await Farm.StartAsync(server, 1, "--Role=Worker");
        var worker = farm.Nodes[0];
        var web = await farm.AddNodeAsync("--Role=Web");
        farm.Leave(worker);
        string[] earlier = await Task.WhenAll(Enumerable.Range(0, EarlierRuns).Select(_ => farm.SubmitAsync(("Milliseconds", "20000"))));
        foreach (var id in earlier)
            await farm.IsAsync("succeeded", id);
        var polled = await farm.SubmitAsync(("Wait", "until-released"));
        farm.Return(worker);
        await farm.IsAsync("running", polled);

        // A report needs up to a quarter of a second to the other node. This test is about estimates, which change without a report.
        await Patience.UntilAsync(async () => (await ReadAsync(farm, web, polled)).Tag == (await ReadAsync(farm, worker, polled)).Tag, "both nodes know its report");

        List<Shown> shown = [];
        await Patience.UntilAsync(async () =>
        {
            shown.Add(await ReadAsync(farm, web, polled));
            shown.Add(await ReadAsync(farm, worker, polled));
            return shown.Where(status => status.Seconds is not null).Select(status => status.Node).Distinct().Count() == 2 && shown.Select(status => status.Tag).Distinct().Count() > 1;
        }, "both have shown an estimate, and it has changed");
        shown.Add(await ReadAsync(farm, web, polled));
        shown.Add(await ReadAsync(farm, worker, polled));

        var changes = shown.Where((status, index) => index == 0 || status.Tag != shown[index - 1].Tag).Select(status => status.Tag).ToList();
        changes.ShouldBeUnique();
        farm.ReleaseRuns();
        await farm.IsAsync("succeeded", polled);
    }

    private static async Task<Shown> ReadAsync(Farm farm, SiteProcess node, string id)
    {
        using var answer = await farm.GetFromAsync(node, $"/Ledger?handler=completed&process_id={id}", ("Accept", "application/json"));
        using var status = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var seconds = status.RootElement.GetProperty("eta_seconds");
        return new Shown(node, answer.Headers.ETag!.Tag, seconds.ValueKind == JsonValueKind.Null ? null : seconds.GetInt32());
    }

    private sealed record Shown(SiteProcess Node, string Tag, int? Seconds);
}
