using System.Net;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Campaign;

/// <summary>Somebody deletes files of a running site: it notices, accepts nothing more, and no second one starts beside it.</summary>
internal static class LostFilesCampaign
{
    /// <exception cref="Exception">It went on, or a second one started.</exception>
    public static async Task RunAsync()
    {
        foreach (var file in (string[])["", ".lock"])
        {
            await using var site = new DurableSite();
            await site.StartAsync("--SweepMilliseconds=200");
            using var client = await site.ComeAsync();
            await client.IsAsync("succeeded", await client.SubmitAsync());
            File.Delete(site.DatabaseFile + file);

            await Patience.UntilAsync(async () => (await site.ReadHealthAsync()).GetProperty("status").GetString() == "Unhealthy");
            using (var answer = await client.PostAsync())
                answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

            await using var second = new DurableSite { Store = Path.GetDirectoryName(site.DatabaseFile) };
            await Should.ThrowAsync<InvalidOperationException>(() => second.StartAsync());
            if (file.Length == 0)
                continue;

            await site.KillAsync();
            await second.StartAsync();
        }
    }
}
