using AsyncViews.BrowserTests.Support;

[assembly: AssemblyFixture(typeof(SampleFixture))]

namespace AsyncViews.BrowserTests.Support;

/// <summary>The sample site, published and run as its users would.</summary>
public sealed class SampleFixture : IAsyncLifetime
{
    private SiteProcess? _process;

    public string Address => _process!.Address;

    public async ValueTask InitializeAsync() =>
        _process = await SiteProcess.StartAsync(Path.Combine(AppContext.BaseDirectory, "sample-site", "SampleSite.dll"));

    public ValueTask DisposeAsync() => _process?.DisposeAsync() ?? ValueTask.CompletedTask;
}
