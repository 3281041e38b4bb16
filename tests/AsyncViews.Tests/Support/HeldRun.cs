namespace AsyncViews.Tests.Support;

/// <summary>A site with one process that runs, and waits at a gate for the test.</summary>
/// <remarks>Its clock stands still unless the test sets another: how often a page asks changes with the time, and with it what a poll answers.</remarks>
internal sealed class HeldRun : IAsyncDisposable
{
    private HeldRun(Site site, Browser browser, Submitted submitted, Gate gate, ProcessContext process)
    {
        Site = site;
        Browser = browser;
        Submitted = submitted;
        Gate = gate;
        Process = process;
    }

    public Site Site { get; }

    public Browser Browser { get; }

    public Submitted Submitted { get; }

    public Gate Gate { get; }

    /// <summary>To report progress from outside the run.</summary>
    public ProcessContext Process { get; }

    public static async Task<HeldRun> StartAsync(string path = "/Work", Action<SiteSetup>? configure = null)
    {
        var gate = new Gate();
        var process = new TaskCompletionSource<ProcessContext>();
        var site = await Site.StartAsync(setup =>
        {
            setup.Time = Clock.Start();
            setup.Run = async (page, running, token) =>
            {
                process.TrySetResult(running);
                await gate.PassAsync(token);
                return page.Page();
            };
            configure?.Invoke(setup);
        });
        var browser = site.Browse();
        var submitted = await browser.SubmitAsync(path);
        await gate.Entered;
        return new HeldRun(site, browser, submitted, gate, await process.Task);
    }

    /// <summary>The address that the waiting page polls.</summary>
    public async Task<string> PollAddressAsync() =>
        (await Browser.OpenAsync(Submitted.Processing)).QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();

    /// <summary>Asks as the waiting page does.</summary>
    public Task<HttpResponseMessage> PollAsync(string address) => Browser.GetAsync(address, ("HX-Request", "true"));

    public async ValueTask DisposeAsync()
    {
        Gate.Open();
        Browser.Dispose();
        await Site.DisposeAsync();
    }
}
