using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>
/// Kills a site at each sync of the disk from a submission to its end: at the first, then at the second, until one
/// survives. Between two syncs nothing that a kill could part is made durable.
/// </summary>
internal static class SyncCampaign
{
    private static readonly string[] Syncs = [DiskInjection.Log, DiskInjection.Any];

    /// <summary>A record of the database, and one with a content file.</summary>
    private static readonly int[] Sizes = [0, 100_000];

    private const int MostSyncs = 50;

    /// <summary>Returns at how many syncs the site was killed.</summary>
    /// <exception cref="Exception">An acknowledged submission was lost, or one was run twice.</exception>
    public static async Task<int> RunAsync()
    {
        var kills = 0;
        await using var site = new DurableSite();
        foreach (var of in Syncs)
        {
            foreach (var size in Sizes)
            {
                var at = 1;
                while (await IsKilledAsync(site, of, at, size))
                    (++at).ShouldBeLessThan(MostSyncs, "a submission must survive in the end");
                kills += at - 1;
                Console.WriteLine($"{at - 1} kills at a sync ({of}) of a submission of {size} bytes");
            }
        }

        kills.ShouldBeGreaterThan(0, "strace has killed nothing");
        return kills;
    }

    private static async Task<bool> IsKilledAsync(DurableSite site, string of, int at, int size)
    {
        await site.StartAsync();
        using var client = await site.ComeAsync();
        using var strace = await DiskInjection.AttachToSyncsAsync(site, of, at, DiskInjection.Kill);
        string? id = null;
        var killed = false;
        try
        {
            using var answer = await client.PostAsync(("Padding", new string('x', size)));
            id = Submitter.AcknowledgedBy(answer);
            id.ShouldNotBeNull($"the site answered {answer.StatusCode}");
            await client.IsAsync("succeeded", id);
        }
        catch (Exception exception) when (SiteProcess.MayBeKilled(exception))
        {
            // Before or after it acknowledged.
            killed = true;
        }

        // The first sync of the accept's own threads.
        if (killed && at == 1)
            id.ShouldBeNull("it was acknowledged before it was on the disk");

        await site.KillAsync();
        await strace.WaitForExitAsync();
        await site.StartAsync();
        if (id is not null)
            await Patience.UntilAsync(async () => await client.ReadStateAsync(id) is "succeeded" or "interrupted", $"{id} has ended");
        site.ReadLedger()["start"].ShouldBeUnique();
        (await site.ReadHealthAsync()).GetProperty("status").GetString().ShouldBe("Healthy");
        await site.KillAsync();
        return killed;
    }
}
