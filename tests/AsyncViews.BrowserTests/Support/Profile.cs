using System.Text.Json;

namespace AsyncViews.BrowserTests.Support;

/// <summary>A browser's profile on the disk, which outlives the browser, with the settings that its person has chosen.</summary>
public sealed class Profile : IAsyncDisposable
{
    /// <summary>The name by which its browsers reach this machine.</summary>
    public const string Host = "app.test";

    private readonly BrowserFixture _browser;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-profile-");
    private IBrowserContext? _context;

    /// <param name="browser">Knows the browser.</param>
    /// <param name="settings">Of the profile, as Chromium keeps them.</param>
    public Profile(BrowserFixture browser, object? settings = null)
    {
        _browser = browser;
        var preferences = _folder.CreateSubdirectory("Default");
        if (settings is not null)
            File.WriteAllText(Path.Combine(preferences.FullName, "Preferences"), JsonSerializer.Serialize(new { profile = settings }));
    }

    /// <summary>The same address, by a name.</summary>
    public static string Named(string address) => address.Replace("127.0.0.1", Host, StringComparison.Ordinal);

    /// <summary>Opens the browser, after closing it where it is open.</summary>
    public async Task<IBrowserContext> OpenAsync()
    {
        await CloseAsync();
        return _context = await _browser.OpenAsync(_folder.FullName, Host);
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Delete(recursive: true);
    }

    public async Task CloseAsync()
    {
        if (_context is not null)
            await _context.CloseAsync();
        _context = null;
    }
}
