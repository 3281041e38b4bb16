using System.Diagnostics;
using System.Globalization;
using System.Net;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>
/// Lets each write of a submission that is run fail once: the first, then the second, until none is left to fail. The site refuses it,
/// or keeps what it has acknowledged.
/// </summary>
internal static class WriteCampaign
{
    /// <summary>A record of the database, and one with content files.</summary>
    private static readonly int[] Sizes = [0, 100_000];

    private const int MostWrites = 500;

    /// <summary>Returns how many writes failed.</summary>
    /// <exception cref="Exception">An acknowledged submission was lost, or one was run twice.</exception>
    public static async Task<int> RunAsync()
    {
        var failures = 0;
        foreach (var effect in (string[])[DiskInjection.Full, DiskInjection.Failure])
        {
            foreach (var of in (string[])[DiskInjection.Log, DiskInjection.Any])
            {
                foreach (var size in Sizes)
                    failures += await FailEachAsync(of, size, effect);
            }
        }

        failures.ShouldBeGreaterThan(0, "strace has let nothing fail");
        return failures;
    }

    private static async Task<int> FailEachAsync(string of, int size, string effect)
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        using var client = await site.ComeAsync();
        List<string> ids = [];
        var at = 1;
        while (await FailsAsync(site, client, of, at, size, effect, ids))
            (++at).ShouldBeLessThan(MostWrites, "a submission must meet no failure in the end");
        await Patience.UntilAsync(async () => (await site.ReadHealthAsync()).GetProperty("status").GetString() == "Healthy", "it is healthy again");

        await site.KillAsync();
        await site.StartAsync();
        foreach (var id in ids)
            EndsOf(of).ShouldContain(await client.ReadStateAsync(id));
        site.ReadLedger()["start"].ShouldBeUnique();
        ids.ShouldBeUnique();
        Console.WriteLine($"{at - 1} writes ({of}, {effect}) failed, {ids.Count} submissions of {size} bytes acknowledged");
        return at - 1;
    }

    /// <summary>Returns whether a write failed.</summary>
    private static async Task<bool> FailsAsync(DurableSite site, Submitter client, string of, int at, int size, string effect, List<string> ids)
    {
        var report = Path.Combine(site.Folder, "writes");
        using var strace = await DiskInjection.AttachToWritesAsync(site, of, at, effect, report);
        using (var answer = await client.PostAsync(("Padding", new string('x', size)), ("ResultBytes", $"{size}")))
        {
            if (Submitter.AcknowledgedBy(answer) is { } id)
            {
                ids.Add(id);
                await Patience.UntilAsync(async () => EndsOf(of).Contains(await client.ReadStateAsync(id)), $"{id} has ended");
            }
            else
            {
                answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            }
        }

        using (var end = Process.Start("kill", ["-TERM", strace.Id.ToString(CultureInfo.InvariantCulture)]))
            await end.WaitForExitAsync();
        await strace.WaitForExitAsync();
        return (await File.ReadAllTextAsync(report)).Contains("INJECTED", StringComparison.Ordinal);
    }

    /// <summary>A run fails whose ledger or result cannot be written.</summary>
    private static List<string> EndsOf(string of) => of == DiskInjection.Any ? ["succeeded", "failed"] : ["succeeded"];
}
