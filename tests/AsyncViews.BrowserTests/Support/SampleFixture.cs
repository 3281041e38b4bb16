using AsyncViews.BrowserTests.Support;

[assembly: AssemblyFixture(typeof(SampleFixture))]

namespace AsyncViews.BrowserTests.Support;

/// <summary>The sample site, published and run as its users would, in a folder with nothing of an earlier run.</summary>
public sealed class SampleFixture : IAsyncLifetime
{
    private readonly TemporaryCopy _copy = new(Published, "App_Data");
    private SiteProcess? _process;

    /// <summary>The one that was built with these tests, unless it is to be another: one that was made of packages, say.</summary>
    public static string Published => Environment.GetEnvironmentVariable("ASYNCVIEWS_SAMPLE_SITE") ?? Path.Combine(AppContext.BaseDirectory, "sample-site");

    public string Address => _process!.Address;

    public async ValueTask InitializeAsync() => _process = await SiteProcess.StartAsync(Path.Combine(_copy.Folder, "SampleSite.dll"));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _copy.Dispose();
    }
}
