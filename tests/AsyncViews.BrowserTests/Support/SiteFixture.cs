using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

[assembly: AssemblyFixture(typeof(SiteFixture))]

namespace AsyncViews.BrowserTests.Support;

/// <summary>The test site that most tests share: they meet neither each other's work nor each other's cookies.</summary>
public sealed class SiteFixture : IAsyncLifetime
{
    public TestSite Site { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Site = await TestSite.StartAsync();

    public ValueTask DisposeAsync() => Site?.DisposeAsync() ?? ValueTask.CompletedTask;
}
