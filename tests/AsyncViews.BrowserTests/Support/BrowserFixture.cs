using AsyncViews.BrowserTests.Support;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace AsyncViews.BrowserTests.Support;

/// <summary>One Chromium for the whole run: the installed one, found on the PATH.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout(60_000);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = FindChromium(),
            Args = Arguments,
        });
    }

    /// <summary>A browser of its own that keeps what it knows in a folder, and finds a host by its name.</summary>
    public Task<IBrowserContext> OpenAsync(string profile, string host) =>
        _playwright!.Chromium.LaunchPersistentContextAsync(profile, new BrowserTypeLaunchPersistentContextOptions
        {
            ExecutablePath = FindChromium(),
            IgnoreHTTPSErrors = true,
            Locale = "en-US",
            Args = [.. Arguments, $"--host-resolver-rules=MAP {host} 127.0.0.1", "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LocalNetworkAccessChecks"],
        });

    /// <summary>A browser that keeps the pages that are left, and shows them again as they were: as people's does, and Playwright's does not.</summary>
    public Task<IBrowser> LaunchWithBackForwardCacheAsync() => _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = FindChromium(),
        IgnoreDefaultArgs = ["--disable-back-forward-cache"],
        Args = Arguments,
    });

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.CloseAsync();
        _playwright?.Dispose();
    }

    private static string FindChromium()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("The browser tests need Chromium on the PATH (Debian: apt-get install chromium).");
    }
}
