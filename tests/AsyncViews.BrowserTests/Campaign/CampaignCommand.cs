using System.Diagnostics;
using System.Globalization;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>More harm than a test run has time for, ending with one line.</summary>
internal static class CampaignCommand
{
    private const int DefaultKills = 500;

    private static readonly Dictionary<string, Func<int, Task<string>>> Steps = new()
    {
        ["flood"] = async _ => $"somebody who is signed in waited at most {(await FloodCampaign.RunAsync()).TotalSeconds:0.0} s under a flood of strangers",
        ["room"] = async _ => $"uploads that trickle and results that do not fit left {await SmallDiskCampaign.TakeAllAsync() >> 20} MiB of a disk, 150 of which are its reserve",
        ["full"] = async _ =>
        {
            await SmallDiskCampaign.RunFullAsync();
            await SmallDiskCampaign.StartOnFullAsync();
            return "on a full disk, the site refused, served what it had, started, and accepted again when there was room";
        },
        ["files"] = async _ =>
        {
            await LostFilesCampaign.RunAsync();
            return "a site whose database or lock was deleted accepted nothing more, and no second one started beside it";
        },
        ["syncs"] = async _ => $"{await SyncCampaign.RunAsync()} kills at a sync: nothing lost, nothing run twice",
        ["writes"] = async _ => $"{await WriteCampaign.RunAsync()} writes failed, one by one: nothing acknowledged was lost, nothing run twice",
        ["kills"] = async kills => $"{kills} kills at random moments, {await KillCampaign.RunAsync(kills)} submissions acknowledged: nothing lost, nothing run twice",
    };

    /// <param name="arguments">The number of random kills, and the steps; without any, all of them.</param>
    /// <returns>0 where nothing was violated.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var kills = arguments.Where(argument => char.IsAsciiDigit(argument[0])).Select(count => int.Parse(count, CultureInfo.InvariantCulture)).FirstOrDefault(DefaultKills);
        var chosen = arguments.Where(Steps.ContainsKey).ToList();
        try
        {
            foreach (var step in chosen.Count == 0 ? Steps.Keys : (IEnumerable<string>)chosen)
            {
                var began = Stopwatch.GetTimestamp();
                var outcome = await Steps[step](kills);
                Console.WriteLine($"{step} ({Stopwatch.GetElapsedTime(began).TotalSeconds:0} s): {outcome}.");
            }

            Console.WriteLine("Nothing violated.");
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
