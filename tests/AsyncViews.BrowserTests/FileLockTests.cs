using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>A machine on which files cannot be locked.</summary>
public sealed class FileLockTests(BrowserFixture browser) : BrowserTest(browser)
{
    [Fact]
    public async Task Start_WithoutLocks_IsRefusedForThatReason()
    {
        await using var site = new DurableSite { Launcher = ["env", "DOTNET_SYSTEM_IO_DISABLEFILELOCKING=1"] };

        (await Should.ThrowAsync<InvalidOperationException>(() => site.StartAsync())).Message.ShouldContain("cannot be kept from other processes");
    }
}
