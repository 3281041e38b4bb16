using System.Net;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>A disk that reports an error in the middle of a commit, which may have reached it all the same.</summary>
public sealed class SyncFailureTests(BrowserFixture browser) : BrowserTest(browser)
{
    private const int ResultBytes = 200_000;

    [Theory]
    [InlineData(DiskInjection.Any, 1)]
    [InlineData(DiskInjection.Log, 1)]
    [InlineData(DiskInjection.Log, 2)]
    [InlineData(DiskInjection.Log, 3)]
    [InlineData(DiskInjection.Log, 4)]
    public async Task Sync_ThatFailsOnce_LosesNoContentOfWhatIsStored(string of, int at)
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        using var client = await site.ComeAsync();
        using var strace = await DiskInjection.AttachToSyncsAsync(site, of, at, DiskInjection.Failure);

        // The result of a run may meet a failing sync of content, too. Its bytes may be lost then.
        List<string> ends = of == DiskInjection.Any ? ["succeeded", "failed"] : ["succeeded"];
        var ids = new List<string>();
        for (var i = 0; i < 3 || (ids.Count < 2 && i < 50); i++)
        {
            using var answer = await client.PostAsync(("Padding", new string('x', 100_000)), ("ResultBytes", $"{ResultBytes}"));
            if (Submitter.AcknowledgedBy(answer) is { } id)
                ids.Add(id);
            else
                answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            foreach (var accepted in ids)
                await Patience.UntilAsync(async () => ends.Contains(await client.ReadStateAsync(accepted)), $"{accepted} has ended");
        }

        ids.Count.ShouldBeGreaterThanOrEqualTo(2, "the first sync of each thread failed, and all others did not");
        await site.KillAsync();
        await strace.WaitForExitAsync(TestContext.Current.CancellationToken);
        await site.StartAsync();
        foreach (var id in ids)
        {
            ends.ShouldContain(await client.ReadStateAsync(id));
            if (await client.ReadStateAsync(id) == "failed")
                continue;
            using var result = await client.OpenResultAsync(id);
            (await result.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length.ShouldBe(ResultBytes);
        }

        site.ReadLedger()["start"].ShouldBeUnique();
        (await site.ReadHealthAsync()).GetProperty("status").GetString().ShouldBe("Healthy");
    }

    /// <summary>The kernel forgets the bytes that it could not write: nobody would hear of them again.</summary>
    [Fact]
    public async Task Sync_OfContentThatFails_IsNotAcknowledged()
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        using var client = await site.ComeAsync();
        using var strace = await DiskInjection.AttachToSyncsAsync(site, DiskInjection.Any, 1, DiskInjection.Failure);

        using var answer = await client.PostAsync(("Padding", new string('x', 100_000)));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        await site.KillAsync();
        await strace.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Commit_ThatReportsAnErrorAndIsOnTheDiskAfterARestart_HasItsContent()
    {
        await using var site = new DurableSite();
        await site.StartAsync();
        // A free worker takes it in the same commit, so the restart finds it interrupted. It starts then because this page may be repeated.
        using var client = await site.ComeAsync("/Repeat");
        using var strace = await DiskInjection.AttachToSyncsAsync(site, DiskInjection.Log, 1, DiskInjection.Failure);
        using var answer = await client.PostAsync(("Padding", new string('x', 100_000)));
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter.ShouldBeNull("it may have started");

        await site.KillAsync();
        await strace.WaitForExitAsync(TestContext.Current.CancellationToken);
        await site.StartAsync();

        // The frames of the commit had been written before their sync failed: SQLite takes them for good when it recovers.
        await Patience.UntilAsync(() => site.ReadLedger()["start"].Any());
        await client.IsAsync("succeeded", site.ReadLedger()["start"].ShouldHaveSingleItem());
    }
}
