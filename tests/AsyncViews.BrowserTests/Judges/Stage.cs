using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>Where a page is brought into a state: a visitor, and for the library's states a site of his own.</summary>
/// <param name="come">A visitor for the site at this address.</param>
/// <param name="sample">The address of the sample site.</param>
/// <param name="settings">How the site of the library's states is.</param>
public sealed class Stage(Func<string, Task<Visitor>> come, string sample, TestSiteSettings? settings = null) : IAsyncDisposable
{
    private readonly MovedClock _clock = new();
    private TestSite? _site;

    public Visitor Visitor { get; private set; } = null!;

    public IPage Page => Visitor.Page;

    /// <summary>The work that the form on this stage starts.</summary>
    public Work Work { get; private set; } = null!;

    public bool WorkStopsWhenTold { get; set; } = true;

    public ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public TestSite Site => _site ?? throw new InvalidOperationException("Open a form first.");

    public IProcessStore Store => Site.Services.GetRequiredService<IProcessStore>();

    /// <summary>Opens a form of the test site.</summary>
    public async Task<FormPage> OpenAsync(string path = "/work", Action<AsyncViewsOptions>? configure = null, string? environment = null)
    {
        var own = (settings ?? new TestSiteSettings()) with { Environment = environment ?? Environments.Production };
        _site ??= await TestSite.StartAsync(configure, own, services =>
        {
            services.Replace(ServiceDescriptor.Singleton<TimeProvider>(_clock));
            FailingStore.Install(services);
        });
        Visitor ??= await come(_site.Address);
        await Visitor.GoAsync("about:blank");
        Work = _site.Works.New(WorkStopsWhenTold);
        return await FormPage.OpenAsync(Page, Work, path);
    }

    /// <summary>Opens a form of the test site and submits it; then its work has started.</summary>
    public async Task<WaitingPage> StartAsync(string path = "/work", Action<AsyncViewsOptions>? configure = null, string? environment = null)
    {
        var waiting = await (await OpenAsync(path, configure, environment)).SubmitAsync("Ada");
        await Work.StartedAsync();
        return waiting;
    }

    /// <summary>Opens a page of the sample.</summary>
    public async Task<SamplePage> OpenSampleAsync(string path)
    {
        Visitor = await come(sample);
        await Visitor.GoAsync(path);
        return new SamplePage(Visitor);
    }

    public void Later(TimeSpan time) => _clock.Move(time);

    public void StopClock() => _clock.Stand();

    public Task IsHeadedAsync(string heading) => Expect(Heading).ToHaveTextAsync(heading);

    public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;
}
