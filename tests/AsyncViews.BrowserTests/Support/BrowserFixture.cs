[assembly: AssemblyFixture(typeof(AsyncViews.BrowserTests.Support.BrowserFixture))]

namespace AsyncViews.BrowserTests.Support;

/// <summary>One Chromium for the whole run: the installed one, found on the PATH.</summary>
/// <remarks>
/// It is the headless shell, which has no windows and profiles: a visitor costs it a quarter of the processor time. The tests of
/// what belongs to those, a profile that lasts and pages that are kept, run in the whole browser.
/// </remarks>
public sealed class BrowserFixture : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    private static readonly string[] Arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

    private static readonly float Limit = (float)Patience.Limit.TotalMilliseconds;

    private IPlaywright? _playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        SetDefaultExpectTimeout(Limit);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Find("chromium-headless-shell"),
            Args = Arguments,
            Timeout = Limit,
        });
    }

    /// <summary>Somebody's own context of a browser. All that is done in it may take as long as any condition.</summary>
    public static async Task<IBrowserContext> VisitAsync(IBrowser browser, BrowserNewContextOptions options) => BePatient(await browser.NewContextAsync(options));

    /// <summary>A browser of its own that keeps what it knows in a folder, and finds a host by its name.</summary>
    public async Task<IBrowserContext> OpenAsync(string profile, string host) =>
        BePatient(await _playwright!.Chromium.LaunchPersistentContextAsync(profile, new BrowserTypeLaunchPersistentContextOptions
        {
            Timeout = Limit,
            ExecutablePath = Find(Names),
            IgnoreHTTPSErrors = true,
            Locale = "en-US",
            Args = [.. Arguments, $"--host-resolver-rules=MAP {host} 127.0.0.1", "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LocalNetworkAccessChecks"],
        }));

    /// <summary>A browser that keeps the pages that are left, and shows them again as they were: as people's does, and Playwright's does not.</summary>
    public Task<IBrowser> LaunchWithBackForwardCacheAsync() => _playwright!.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Find(Names),
        IgnoreDefaultArgs = ["--disable-back-forward-cache"],
        Args = Arguments,
        Timeout = Limit,
    });

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.CloseAsync();
        _playwright?.Dispose();
    }

    private static IBrowserContext BePatient(IBrowserContext context)
    {
        context.SetDefaultTimeout(Limit);
        return context;
    }

    private static string Find(params ReadOnlySpan<string> names)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        foreach (var name in names)
        {
            if (folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } found)
                return found;
        }

        throw new InvalidOperationException($"The browser tests need {names[0]} on the PATH (Debian: apt-get install {names[0]}).");
    }
}
