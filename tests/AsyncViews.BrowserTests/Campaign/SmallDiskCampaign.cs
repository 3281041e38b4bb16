using System.Net;
using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>A site whose store is on a small file system of its own: nobody takes the reserve of it, and a full one does no lasting harm.</summary>
internal static class SmallDiskCampaign
{
    private const long MiB = 1024 * 1024;
    private const long Reserve = 150 * MiB;
    private const int Uploads = 14;
    private const int Runs = 360;
    private const int ResultBytes = 4 * (int)MiB;

    /// <summary>Rows and the log of writes, which are no content.</summary>
    private const long Beside = 8 * MiB;

    private const int RetentionSeconds = 20;

    /// <summary>Uploads that trickle and results that do not fit, all at once.</summary>
    /// <returns>The least room that the disk had.</returns>
    /// <exception cref="Exception">The reserve was taken.</exception>
    public static async Task<long> TakeAllAsync()
    {
        using var disk = new SmallDisk(500 * MiB);
        await using var site = new DurableSite { Store = disk.Folder, Launcher = ["env", $"ASPNETCORE_TEMP={disk.Folder}"] };
        await site.StartAsync($"--MinFreeDiskBytes={Reserve}");
        using var person = await site.ComeAsync(user: "ann");
        using var over = new CancellationTokenSource();
        var least = WatchAsync(disk, over.Token);
        var uploads = Enumerable.Range(0, Uploads).Select(_ => Trickle.UploadAsync(site.Address, over.Token)).ToArray();
        List<string> accepted = [];
        for (var i = 0; i < Runs; i++)
        {
            using var answer = await person.PostAsync(("Wait", LedgerModel.UntilReleased), ("ResultBytes", $"{ResultBytes}"));
            if (Submitter.AcknowledgedBy(answer) is { } id)
                accepted.Add(id);
        }

        site.ReleaseRuns();
        foreach (var id in accepted)
            await Patience.UntilAsync(async () => await person.ReadStateAsync(id) is "succeeded" or "failed", $"{id} has ended");
        await over.CancelAsync();
        await Task.WhenAll(uploads);
        accepted.Count.ShouldBeGreaterThan(0);
        (await least).ShouldBeGreaterThan(Reserve - Beside, "the reserve of the disk was taken");
        return await least;
    }

    /// <summary>The disk runs full of results, and another program takes the rest: the site serves what it has, starts, and recovers when they expire.</summary>
    /// <exception cref="Exception">It did not.</exception>
    public static async Task RunFullAsync()
    {
        using var disk = new SmallDisk(120 * MiB);
        await using var site = new DurableSite { Store = disk.Folder };
        string[] settings = [$"--MinFreeDiskBytes={40 * MiB}", "--SweepMilliseconds=500", $"--RetentionSeconds={RetentionSeconds}"];
        await site.StartAsync(settings);
        using var client = await site.ComeAsync();
        await Patience.UntilAsync(() => File.Exists(site.DatabaseFile + ".ballast"));
        List<string> results = [];
        while (await AcceptedAsync(client) is { } id)
        {
            await Patience.UntilAsync(async () => await client.ReadStateAsync(id) is "succeeded" or "failed");
            if (await client.ReadStateAsync(id) == "succeeded")
                results.Add(id);
        }

        results.Count.ShouldBeGreaterThan(3);
        disk.Fill();
        await ShouldServeAsync(client, results);
        await site.KillAsync();
        await site.StartAsync(settings);
        await ShouldServeAsync(client, results);
        (await AcceptedAsync(client)).ShouldBeNull("the disk is full");

        // What has expired makes room, although removing it needs room first.
        await Patience.UntilAsync(async () => await client.OpenResultAsync(results[^1]) is { StatusCode: HttpStatusCode.Gone });
        using var next = await site.ComeAsync();
        await Patience.UntilAsync(async () => await AcceptedAsync(next) is not null);
    }

    /// <summary>A start on a disk without any room, not even that which the store has kept for it.</summary>
    /// <exception cref="Exception">The site did not start, or did not recover.</exception>
    public static async Task StartOnFullAsync()
    {
        using var disk = new SmallDisk(60 * MiB);
        await using var site = new DurableSite { Store = disk.Folder };
        string[] settings = ["--MinFreeDiskBytes=0", "--SweepMilliseconds=500"];
        disk.Fill();
        await site.StartAsync(settings);
        (await site.ReadHealthAsync()).GetProperty("status").GetString().ShouldBe("Unhealthy");
        disk.Empty();
        await Patience.UntilAsync(async () => (await site.ReadHealthAsync()).GetProperty("status").GetString() == "Healthy");
        using var client = await site.ComeAsync();
        var id = await client.SubmitAsync(("ResultBytes", $"{ResultBytes}"));
        await client.IsAsync("succeeded", id);
        await Patience.UntilAsync(() => File.Exists(site.DatabaseFile + ".ballast"));

        await site.KillAsync();
        File.Delete(site.DatabaseFile + ".ballast");
        disk.Fill();
        await site.StartAsync(settings);
        disk.Empty();
        await Patience.UntilAsync(async () => (await site.ReadHealthAsync()).GetProperty("status").GetString() == "Healthy");
        await ShouldServeAsync(client, [id]);
    }

    private static async Task<string?> AcceptedAsync(Submitter client)
    {
        using var answer = await client.PostAsync(("ResultBytes", $"{ResultBytes}"));
        if (answer.StatusCode != HttpStatusCode.Accepted)
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        return Submitter.AcknowledgedBy(answer);
    }

    private static async Task ShouldServeAsync(Submitter client, List<string> results)
    {
        foreach (var id in results)
        {
            using var result = await client.OpenResultAsync(id);
            result.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await result.Content.ReadAsByteArrayAsync()).Length.ShouldBe(ResultBytes);
        }
    }

    private static async Task<long> WatchAsync(SmallDisk disk, CancellationToken cancellationToken)
    {
        var least = long.MaxValue;
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!cancellationToken.IsCancellationRequested)
        {
            least = Math.Min(least, disk.FreeBytes);
            await ticks.WaitForNextTickAsync(CancellationToken.None);
        }

        return least;
    }
}
