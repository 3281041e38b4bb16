using System.Diagnostics;
using System.Globalization;
using System.Net;
using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>
/// No room on the disk, by the operating system's limit on the size of a file, which it lets anybody change for his own
/// running processes: a write beyond it fails as one on a full disk does.
/// </summary>
public sealed class FullDiskTests(BrowserFixture browser) : BrowserTest(browser)
{
    /// <summary>The signal that comes with such a failure would end the process; a full disk sends none.</summary>
    private static readonly string[] WithoutSignal = ["sh", "-c", "trap '' XFSZ; exec \"$0\" \"$@\""];

    /// <summary>Enough for the tests' ledger; not for one page of the database.</summary>
    private const int NoRoom = 4096;

    private static readonly string Large = new('x', 100_000);

    [Fact]
    public async Task FullDisk_AtSubmission_RefusesLeavesNothingBehindAndAcceptsWhenThereIsRoom()
    {
        await using var site = new DurableSite { Launcher = WithoutSignal };
        await site.StartAsync();
        using var client = await site.ComeAsync();
        await client.IsAsync("succeeded", await client.SubmitAsync());

        await LimitFilesAsync(site, NoRoom);
        foreach (var padding in (string[])["", Large])
        {
            using var page = await client.PostAsync("text/html", ("Padding", padding));
            page.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            page.Headers.RetryAfter.ShouldNotBeNull();
            (await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Not accepted");
            using var json = await client.PostAsync(("Padding", padding));
            json.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            json.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        }

        site.ContentFiles.ShouldBeEmpty();

        await LimitFilesAsync(site, null);
        await client.IsAsync("succeeded", await client.SubmitAsync());
        await client.IsAsync("succeeded", await client.SubmitAsync(("Padding", Large)));
        site.ReadLedger()["start"].Count().ShouldBe(3, "what was refused was not started");
        await Patience.UntilAsync(() => site.ContentFiles.Length == 0);
    }

    [Fact]
    public async Task FullDisk_BeforeAnybodySubmits_IsSeenByTheHealthCheckAndSoIsItsEnd()
    {
        await using var site = new DurableSite { Launcher = WithoutSignal };
        await site.StartAsync("--SweepMilliseconds=200");
        await IsAsync("Healthy");

        await LimitFilesAsync(site, NoRoom);
        await IsAsync("Unhealthy");
        await LimitFilesAsync(site, null);
        await IsAsync("Healthy");

        Task IsAsync(string health) => Patience.UntilAsync(
            async () => (await site.ReadHealthAsync()).GetProperty("status").GetString() == health, $"the site is {health}");
    }

    [Fact]
    public async Task Disk_WithLessRoomThanTheOption_RefusesAndIsDegraded()
    {
        await using var site = new DurableSite();
        await site.StartAsync($"--MinFreeDiskBytes={long.MaxValue}");
        using var client = await site.ComeAsync();

        using var answer = await client.PostAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var health = await site.ReadHealthAsync();
        health.GetProperty("status").GetString().ShouldBe("Degraded");
        health.GetProperty("description").GetString()!.ShouldContain("MinFreeDiskBytes");
    }

    [Fact]
    public async Task Upload_ThatNeitherFrameworkNorStoreCanKeep_IsRefusedAndNotBlamed()
    {
        var buffers = Directory.CreateTempSubdirectory("asyncviews-buffers-");
        await using var site = new DurableSite { Launcher = ["env", $"ASPNETCORE_TEMP={buffers.FullName}"] };
        await site.StartAsync();
        using var client = await site.ComeAsync("/Upload");

        // A file in the place of the folder: the disk can be asked for its room, and not be written.
        buffers.Delete();
        Directory.Delete(site.ContentFolder);
        await File.WriteAllTextAsync(site.ContentFolder, "", TestContext.Current.CancellationToken);
        using var answer = await client.UploadAsync("text/html", "Upload", new byte[200_000]);

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("Not accepted");

        // And with nothing in its place.
        File.Delete(site.ContentFolder);
        using var gone = await client.UploadAsync("text/html", "Upload", new byte[200_000]);
        gone.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Upload_ThatTheFrameworkAloneCannotKeep_IsRefusedAndNoPathIsShown()
    {
        var buffers = Directory.CreateTempSubdirectory("asyncviews-buffers-");
        await using var site = new DurableSite { Launcher = ["env", $"ASPNETCORE_TEMP={buffers.FullName}"] };
        await site.StartAsync();
        using var client = await site.ComeAsync("/Upload");
        buffers.Delete();

        foreach (var accept in (string[])["text/html", "application/json"])
        {
            using var answer = await client.UploadAsync(accept, "Upload", new byte[200_000]);

            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("asyncviews-buffers");
        }

        buffers.Create();
        using var accepted = await client.UploadAsync("text/html", "Upload", new byte[200_000]);
        accepted.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task FullDisk_AtTheResult_FailsWithTheReasonAndTheSiteStaysUp()
    {
        await using var site = new DurableSite { Launcher = WithoutSignal };
        await site.StartAsync();
        using var client = await site.ComeAsync();
        var id = await client.SubmitAsync(("Wait", LedgerModel.UntilReleased), ("ResultBytes", $"{8 << 20}"));
        await Patience.UntilAsync(() => site.ReadLedger()["start"].Contains(id));

        await LimitFilesAsync(site, 1 << 20);
        site.ReleaseRuns();

        await client.IsAsync("failed", id);
        using (var result = await client.OpenResultAsync(id))
            (await result.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain("The server had no room for the result.");
        await client.IsAsync("succeeded", await client.SubmitAsync());
        site.ContentFiles.ShouldBeEmpty();
    }

    [Fact]
    public async Task FullDisk_WhileARunEnds_KeepsItsResultUntilThereIsRoom()
    {
        await using var site = new DurableSite { Launcher = WithoutSignal };
        await site.StartAsync();
        using var client = await site.ComeAsync();
        var id = await client.SubmitAsync(("Wait", LedgerModel.UntilReleased));
        await Patience.UntilAsync(() => site.ReadLedger()["start"].Contains(id));

        await LimitFilesAsync(site, NoRoom);
        site.ReleaseRuns();
        await Patience.UntilAsync(() => site.ReadLedger()["end"].Contains(id));
        (await client.ReadStateAsync(id)).ShouldBe("running");

        await LimitFilesAsync(site, null);
        await client.IsAsync("succeeded", id);
        (await client.ReadResultAsync(id)).ShouldContain($"<p id=\"written\">{id}</p>");
    }

    /// <param name="site">The running site.</param>
    /// <param name="bytes">The largest size of a file; null takes the limit away.</param>
    private static async Task LimitFilesAsync(DurableSite site, int? bytes)
    {
        var limit = bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited";
        using var prlimit = Process.Start("prlimit", ["--pid", site.Process.Id.ToString(CultureInfo.InvariantCulture), $"--fsize={limit}:unlimited"]);
        await prlimit.WaitForExitAsync(TestContext.Current.CancellationToken);
        prlimit.ExitCode.ShouldBe(0);
    }
}
