using System.Globalization;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>More kills than a test run has time for, ending with one line.</summary>
internal static class CampaignCommand
{
    private const int DefaultKills = 500;

    /// <param name="arguments">How many random kills.</param>
    /// <returns>0 where nothing was violated.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var kills = arguments is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : DefaultKills;
        try
        {
            var longest = await FloodCampaign.RunAsync();
            Console.WriteLine($"Somebody who is signed in waited at most {longest.TotalSeconds:0.0} s under a flood of strangers.");
            var syncs = await SyncCampaign.RunAsync();
            var acknowledged = await KillCampaign.RunAsync(kills);
            Console.WriteLine($"Nothing lost, nothing run twice: {syncs} kills at a sync, {kills} at random moments, {acknowledged} submissions acknowledged.");
            return 0;
        }
        catch (Exception exception)
        {
            Console.WriteLine(exception);
            Console.WriteLine("VIOLATED: see above.");
            return 1;
        }
    }
}
