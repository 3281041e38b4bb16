using System.Net;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>A folder that the site may not write. The superuser may write any, so there the site gives up that power.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ReadOnlyFolderTests(BrowserFixture browser) : BrowserTest(browser)
{
    private const UnixFileMode Everything = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode NoWriting = UnixFileMode.UserRead | UnixFileMode.UserExecute;

    private static readonly string[] WithoutPower =
        Environment.IsPrivilegedProcess ? ["setpriv", "--inh-caps=-dac_override,-dac_read_search", "--bounding-set=-dac_override,-dac_read_search"] : [];

    [Fact]
    public async Task Folder_ThatBecomesReadOnly_RefusesWhatNeedsAFileAndAcceptsWhenItCanBeWrittenAgain()
    {
        await using var site = new DurableSite { Launcher = WithoutPower };
        await site.StartAsync();
        using var client = await site.ComeAsync();
        await client.IsAsync("succeeded", await client.SubmitAsync());

        File.SetUnixFileMode(site.ContentFolder, NoWriting);
        foreach (var (accept, type) in ((string, string)[])[("text/html", "text/html"), ("application/json", "application/problem+json")])
        {
            using var refused = await client.PostAsync(accept, ("Padding", new string('x', 100_000)));
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            refused.Headers.RetryAfter.ShouldNotBeNull();
            refused.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        }

        await client.IsAsync("succeeded", await client.SubmitAsync());
        var failed = await client.SubmitAsync(("ResultBytes", "200000"));
        await client.IsAsync("failed", failed);

        File.SetUnixFileMode(site.ContentFolder, Everything);
        await client.IsAsync("succeeded", await client.SubmitAsync(("Padding", new string('x', 100_000)), ("ResultBytes", "200000")));
    }

    [Fact]
    public async Task Folder_ThatCannotBeWrittenAtStart_StopsTheStartAndIsNamed()
    {
        await using var site = new DurableSite { Launcher = WithoutPower };
        File.SetUnixFileMode(site.Folder, NoWriting);

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => site.StartAsync());

        refused.Message.ShouldContain("cannot be written");
        refused.Message.ShouldContain(Path.Combine(site.Folder, "store"));
        File.SetUnixFileMode(site.Folder, Everything);
    }
}
