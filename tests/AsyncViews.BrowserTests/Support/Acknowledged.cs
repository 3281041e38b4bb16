namespace AsyncViews.BrowserTests.Support;

/// <summary>The answers that clients got before the site was killed, to be compared with what became of it.</summary>
public sealed class Acknowledged : IDisposable
{
    private readonly List<(Submitter Client, string Id)> _submissions = [];
    private readonly List<Submitter> _clients = [];

    public int Count
    {
        get
        {
            lock (_submissions)
                return _submissions.Count;
        }
    }

    /// <param name="client">Disposed with this.</param>
    public async Task SubmitUntilKilledAsync(Submitter client)
    {
        lock (_submissions)
            _clients.Add(client);
        while (await client.SubmitAsync(Random.Shared.Next(0, 50)) is { } id)
        {
            lock (_submissions)
                _submissions.Add((client, id));
        }
    }

    /// <summary>Waits until all have ended. Each did as its ledger says, and none of them twice.</summary>
    /// <param name="site">The site, up again.</param>
    /// <param name="kills">How often it was killed since the first submission: each may have interrupted what ran.</param>
    public async Task ShouldAllHaveEndedOnceAsync(DurableSite site, int kills = 1)
    {
        var ends = new Dictionary<string, string>();
        foreach (var (client, id) in _submissions)
        {
            var state = "";
            await Patience.UntilAsync(async () => (state = await client.ReadStateAsync(id)) is "succeeded" or "interrupted", $"{id} has ended");
            ends[id] = state;
        }

        var ledger = site.ReadLedger();
        ledger["start"].ShouldBeUnique();
        ends.Where(end => end.Value == "succeeded").Select(end => end.Key).ShouldBeSubsetOf(ledger["end"]);
        ends.Values.Count(state => state == "interrupted").ShouldBeLessThanOrEqualTo(
            kills * new AsyncViewsOptions().MaxConcurrentRuns, "only what was running");
        if (_submissions.FirstOrDefault(one => ends[one.Id] == "succeeded") is ({ } witness, var succeeded))
            (await witness.ReadResultAsync(succeeded)).ShouldContain($"<p id=\"written\">{succeeded}</p>");
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());
}
