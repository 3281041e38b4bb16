using System.Diagnostics;
using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>Strangers do all they can at once: a flood of submissions, runs that block their threads, uploads that trickle. Somebody who is signed in is served meanwhile.</summary>
internal static class FloodCampaign
{
    /// <summary>So that strangers, who may have three quarters of them, block more than 200.</summary>
    private const int Workers = 300;

    private const int BlockedRuns = 200;
    private const int Floods = 4;
    private const int Uploads = 14;
    private const int Submissions = 10;

    /// <summary>The factor by which somebody may wait longer than without the flood: a machine may have other things to do.</summary>
    private const int Slower = 20;

    /// <summary>The time that somebody may wait under the flood, however fast the site is without.</summary>
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(2);

    /// <summary>Returns the longest time that a signed-in person waited for a result.</summary>
    /// <exception cref="Exception">Somebody waited too long.</exception>
    public static async Task<TimeSpan> RunAsync()
    {
        await using var site = new DurableSite();
        await site.StartAsync($"--Runs={Workers}");
        using var person = await site.ComeAsync(user: "ann");
        await LongestWaitAsync(person, submissions: 1);
        var calm = await LongestWaitAsync(person, Submissions);
        var before = site.ReadLedger()["start"].Count();
        using var flooding = new CancellationTokenSource();
        var flood = Enumerable.Range(0, Floods).Select(_ => FloodAsync(site, flooding.Token))
            .Concat(Enumerable.Range(0, Uploads).Select(_ => Trickle.UploadAsync(site.Address, flooding.Token))).ToArray();
        await Patience.UntilAsync(() => site.ReadLedger()["start"].Count() >= before + BlockedRuns);

        var longest = await LongestWaitAsync(person, Submissions);
        await flooding.CancelAsync();
        await Task.WhenAll(flood);
        return longest < Shortly || longest < calm * Slower
            ? longest
            : throw new InvalidOperationException($"Somebody who is signed in waited {longest.TotalSeconds:0.0} s under a flood, and {calm.TotalSeconds:0.0} s without.");
    }

    private static async Task<TimeSpan> LongestWaitAsync(Submitter person, int submissions)
    {
        var longest = TimeSpan.Zero;
        for (var i = 0; i < submissions; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await person.IsAsync("succeeded", await person.SubmitAsync());
            if (Stopwatch.GetElapsedTime(began) is var waited && waited > longest)
                longest = waited;
        }

        return longest;
    }

    /// <summary>Whatever the site answers.</summary>
    private static async Task FloodAsync(DurableSite site, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            using var stranger = await site.ComeAsync();
            for (var i = 0; i < 100 && !cancellationToken.IsCancellationRequested; i++)
            {
                using var answer = await stranger.PostAsync(("Wait", LedgerModel.Blocking));
            }
        }
    }
}
