using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>Kills a site at random moments while several submit, sometimes while it recovers from the kill before.</summary>
internal static class KillCampaign
{
    private const int Clients = 4;

    /// <summary>After so many kills a new store is begun, since every check reads the whole ledger.</summary>
    private const int KillsPerStore = 25;

    private static readonly TimeSpan LongestRound = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan LongestStart = TimeSpan.FromMilliseconds(1500);

    /// <summary>Returns how many submissions were acknowledged.</summary>
    /// <exception cref="Exception">One of them was lost, run twice or told wrongly.</exception>
    public static async Task<int> RunAsync(int kills)
    {
        var acknowledged = 0;
        for (var left = kills; left > 0; left -= KillsPerStore)
        {
            await using var site = new DurableSite();
            for (var kill = 0; kill < Math.Min(left, KillsPerStore); kill++)
                acknowledged += await KillOnceAsync(site);
            Console.WriteLine($"{kills - Math.Max(0, left - KillsPerStore)} of {kills} random kills, {acknowledged} submissions acknowledged");
        }

        return acknowledged;
    }

    private static async Task<int> KillOnceAsync(DurableSite site)
    {
        using var told = new Acknowledged();
        await site.StartAsync();
        var submitting = new List<Task>();
        for (var i = 0; i < Clients; i++)
            submitting.Add(told.SubmitUntilKilledAsync(await site.ComeAsync()));
        await Task.Delay(Random.Shared.NextDouble() * LongestRound);
        await site.KillAsync();
        await Task.WhenAll(submitting);

        var isKilledAgain = Random.Shared.Next(3) == 0;
        if (isKilledAgain)
            await site.StartAndKillAsync(Random.Shared.NextDouble() * LongestStart);
        await site.StartAsync();
        await told.ShouldAllHaveEndedOnceAsync(site, kills: isKilledAgain ? 2 : 1);
        await site.KillAsync();
        return told.Count;
    }
}
