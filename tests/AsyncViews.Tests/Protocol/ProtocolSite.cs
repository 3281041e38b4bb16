using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Protocol;

/// <summary>A site with one process in every state that the protocol knows, all submitted to the page Work.</summary>
public sealed class ProtocolSite : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = Clock.Start();
    private readonly Gate _gate = new();
    private readonly Dictionary<string, Submitted> _submitted = [];
    private Site _site = null!;
    private Browser _browser = null!;

    internal Browser Browser => _browser;

    public async ValueTask InitializeAsync()
    {
        _site = await Site.StartAsync(setup =>
        {
            setup.Run = RunAsync;
            setup.Time = _time;
            setup.Options = options =>
            {
                // One of them is kept for people who have signed in.
                options.MaxConcurrentRuns = 4;
                options.MaxLiveProcessesPerOwner = 100;
            };
        });
        _browser = _site.Browse();
        var store = _site.Services.GetRequiredService<IProcessStore>();

        await EndedAsync("gone", "page");
        _time.Advance(new AsyncViewsOptions().ResultRetention);
        await store.SweepAsync();
        foreach (var (name, kind) in ((string, string)[])[("succeeded", "page"), ("download", "file"), ("failed", "fail")])
            await EndedAsync(name, kind);

        await StartedAsync("interrupted", store);
        await store.FinishAsync(_submitted["interrupted"].Id, 1, new ProcessOutcome(ProcessState.Interrupted));
        _gate.Open();
        await _submitted["interrupted"].EndAsync();

        foreach (var name in (string[])["running", "to cancel", "stopping"])
            await StartedAsync(name, store);
        await _site.Processes.CancelAsync(_submitted["stopping"].Id);
        await SubmitAsync("missed", "page");
        await store.MissUnknownAsync(new HashSet<ProcessType>(), TimeSpan.Zero);
        foreach (var name in (string[])["queued", "queued to cancel", "canceled"])
            await SubmitAsync(name, "page");
        await _site.Processes.CancelAsync(_submitted["canceled"].Id);

        using var stranger = _site.Browse();
        var foreign = await stranger.SubmitAsync("/Work", ("Text", "page"));
        _submitted["foreign"] = new Submitted(_browser, foreign.Response);
    }

    /// <summary>The address of a handler for the process in this state.</summary>
    public string AddressOf(string handler, string state) => state switch
    {
        "unknown" => _submitted["running"].At(handler, ProcessId.Parse("00000000000000000000000000")),
        "missing" => $"/Work?handler={handler}",
        _ => _submitted[state].At(handler),
    };

    /// <summary>The address that the waiting page of a live process polls.</summary>
    public async Task<string> PollAddressOfAsync(string state)
    {
        var page = await _browser.OpenAsync(AddressOf("processing", state));
        return page.QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        _browser.Dispose();
        await _site.DisposeAsync();
    }

    private async Task<IActionResult> RunAsync(ScriptedModel page, ProcessContext process, CancellationToken cancellationToken)
    {
        switch (((WorkModel)page).Text)
        {
            case "file":
                return page.File("a,b\n"u8.ToArray(), "text/csv", "rows.csv");

            case "fail":
                throw new InvalidOperationException("The secret of the stack trace.");

            case "first":
                await _gate.PassAsync(CancellationToken.None);
                return page.Page();

            case "hold":
                process.ReportProgress(42, "Reading rows");
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
                return page.Page();

            default:
                return page.Page();
        }
    }

    private async Task SubmitAsync(string name, string kind) => _submitted[name] = await _browser.SubmitAsync("/Work", ("Text", kind));

    private async Task EndedAsync(string name, string kind)
    {
        await SubmitAsync(name, kind);
        await _submitted[name].EndAsync();
    }

    private async Task StartedAsync(string name, IProcessStore store)
    {
        await SubmitAsync(name, name == "interrupted" ? "first" : "hold");
        await Eventually.BeTrueAsync(async () => (await store.FindAsync(_submitted[name].Id))!.State == ProcessState.Running, $"the start of {name}");
        if (name != "interrupted")
            await Eventually.BeTrueAsync(async () => (await _submitted[name].StatusAsync()).GetProperty("completed").ToString() == "42", $"the report of {name}");
    }
}
