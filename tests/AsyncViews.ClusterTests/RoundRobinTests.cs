using System.Text.RegularExpressions;
using AsyncViews.ClusterTests.Support;

namespace AsyncViews.ClusterTests;

/// <summary>Three nodes behind a proxy that gives each request to another: what people and programs see when nodes go.</summary>
public sealed partial class RoundRobinTests(PostgreSqlServer server, BrowserFixture browser)
{
    private const int Clients = 4;

    /// <summary>A campaign has more rounds, and kills nodes in some of them.</summary>
    private static readonly int Campaign = int.TryParse(Environment.GetEnvironmentVariable("ASYNCVIEWS_FARM_ROUNDS"), out var rounds) ? rounds : 0;

    [Fact]
    public async Task Browser_WhoseNodeIsKilled_GoesOnByItself()
    {
        await using var farm = await Farm.StartAsync(server, [Farm.Mortal], 3);
        await using var proxy = await RoundRobin.StartAsync(farm.ReadAddresses);
        await using var context = await BrowserFixture.VisitAsync(browser.Browser, new() { BaseURL = proxy.Address });
        var (lost, id) = await SubmitAsync(context);
        await RunsAsync(farm, id);
        var killed = await farm.NodeOfAsync(id);
        var (kept, other) = await SubmitAsync(context);
        await RunsAsync(farm, other);
        while (await farm.NodeOfAsync(other) == killed)
        {
            (kept, other) = await SubmitAsync(context);
            await RunsAsync(farm, other);
        }

        foreach (var page in (IPage[])[lost, kept])
            await page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);
        await killed.KillAsync();

        await Expect(lost.GetByText("The server stopped while this was running.")).ToBeVisibleAsync();
        farm.Leave(killed);
        farm.ReleaseRuns();
        await Expect(kept.Locator("#written")).ToHaveTextAsync(other);
    }

    [Fact]
    public async Task RestartOfAllNodes_UnderLoad_LosesNothingAndRunsNothingTwice()
    {
        string[] settings = ["--Runs=5", "--ShutdownSeconds=120"];
        await using var farm = await Farm.StartAsync(server, Campaign > 0 ? [Farm.Mortal] : Farm.InProcess, 3, settings);
        await using var proxy = await RoundRobin.StartAsync(farm.ReadAddresses);
        using var enough = new CancellationTokenSource();
        var clients = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(() => SubmitUntilAsync(farm, proxy, enough.Token))));

        var killed = 0;
        try
        {
            for (var round = 0; round < Math.Max(3, Campaign); round++)
            {
                await farm.AddNodeAsync(settings);
                var oldest = farm.Nodes[0];
                var kills = Campaign > 0 && round % 2 == 1;
                await (kills ? oldest.KillAsync() : oldest.TerminateAsync());
                killed += kills ? 1 : 0;
                farm.Leave(oldest);
            }
        }
        finally
        {
            await enough.CancelAsync();
        }

        var acknowledged = (await clients).SelectMany(ids => ids).ToList();
        Dictionary<string, ProcessState> states = [];
        await Patience.UntilAsync(async () => (states = await farm.ReadStatesAsync()).Values.All(state => state.IsEnded()), "everything has ended");
        acknowledged.Count.ShouldBeGreaterThan(20);
        acknowledged.Except(states.Keys).ShouldBeEmpty();
        var ledger = farm.ReadLedger();
        ledger["start"].CountBy(id => id).Where(starts => starts.Value > 1).ShouldBeEmpty();
        var succeeded = states.Where(process => process.Value == ProcessState.Succeeded).Select(process => process.Key).ToHashSet();
        succeeded.Except(ledger["end"]).ShouldBeEmpty();
        states.Where(process => !succeeded.Contains(process.Key)).ShouldAllBe(process => process.Value == ProcessState.Interrupted);
        if (killed == 0)
            states.Count.ShouldBe(succeeded.Count);
        foreach (var id in acknowledged.Where(succeeded.Contains).TakeLast(20))
        {
            using var result = await farm.GetAsync($"/Ledger?handler=result&process_id={id}");
            (await result.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain($"<p id=\"written\">{id}</p>");
        }
    }

    /// <summary>The process belongs to the browser, so the farm's own client may not see it.</summary>
    private static Task RunsAsync(Farm farm, string id) =>
        Patience.UntilAsync(async () => (await farm.ReadStatesAsync())[id] == ProcessState.Running, $"{id} runs");

    private static async Task<List<string>> SubmitUntilAsync(Farm farm, RoundRobin proxy, CancellationToken enough)
    {
        List<string> acknowledged = [];
        while (!enough.IsCancellationRequested)
        {
            if (await farm.TrySubmitAsync(proxy.Address, ("Milliseconds", $"{Random.Shared.Next(300)}")) is { } id)
                acknowledged.Add(id);
            await Task.Delay(50, CancellationToken.None);
        }

        return acknowledged;
    }

    private static async Task<(IPage Page, string Id)> SubmitAsync(IBrowserContext context)
    {
        var page = await context.NewPageAsync();
        await page.GotoAsync("/Ledger");
        await page.GetByLabel("Wait").FillAsync("until-released");
        await page.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Id());
        return (page, Id().Match(page.Url).Value);
    }

    [GeneratedRegex("(?<=process_id=)[0-9a-z]{26}")]
    private static partial Regex Id();
}
