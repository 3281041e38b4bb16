using AsyncViews.BrowserTests.Support;

[assembly: AssemblyFixture(typeof(SampleFixture))]

namespace AsyncViews.BrowserTests.Support;

/// <summary>The sample site, published and run as its users would.</summary>
public sealed class SampleFixture : IAsyncLifetime
{
    private SiteProcess? _process;

    public string Address => _process!.Address;

    public async ValueTask InitializeAsync()
    {
        var site = Path.Combine(AppContext.BaseDirectory, "sample-site");

        // What an earlier run has left may be of another version.
        var store = new DirectoryInfo(Path.Combine(site, "App_Data"));
        if (store.Exists)
            store.Delete(recursive: true);
        _process = await SiteProcess.StartAsync(Path.Combine(site, "SampleSite.dll"));
    }

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
