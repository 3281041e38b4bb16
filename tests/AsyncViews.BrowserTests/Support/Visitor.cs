using System.Collections.Concurrent;

namespace AsyncViews.BrowserTests.Support;

/// <summary>A person with a browser: a context of its own, what went wrong in it, and the pages it opens.</summary>
public sealed class Visitor
{
    /// <summary>Widths of windows, in CSS pixels.</summary>
    public const int Wide = 1280;

    public const int Narrow = 360;

    /// <summary>Chromium reports a refused style or image to the page only.</summary>
    private const string ReportViolations = """
        document.addEventListener("securitypolicyviolation", event =>
          console.error(`CSP ${event.violatedDirective}: ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
        """;

    /// <summary>The headless shell refuses notifications without asking, and people's browsers ask.</summary>
    private const string MayBeAsked = """
        if ("Notification" in window)
          Object.defineProperty(Notification, "permission", { configurable: true, get: () => "default" });
        """;

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();
    private ICDPSession? _session;

    private Visitor(IBrowserContext context) => _context = context;

    public IBrowserContext Context => _context;

    public IPage Page { get; private set; } = null!;

    /// <summary>Errors of the console, exceptions, violations of the Content Security Policy, requests that failed or were answered 4xx or 5xx.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<Visitor> ComeAsync(
        IBrowser browser, string address, bool script, int width, string locale = "en-US", string? timeZone = null)
    {
        var context = await BrowserFixture.VisitAsync(browser, new BrowserNewContextOptions
        {
            BaseURL = address,
            JavaScriptEnabled = script,
            AcceptDownloads = true,
            IgnoreHTTPSErrors = true,
            Locale = locale,
            TimezoneId = timeZone,
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
        });
        var visitor = new Visitor(context);
        if (script)
            await context.AddInitScriptAsync(ReportViolations + "\n" + MayBeAsked);
        context.Page += (_, page) => visitor.Watch(page);
        visitor.Page = await context.NewPageAsync();
        return visitor;
    }

    /// <summary>Lets what a request asks for never arrive.</summary>
    public Task BlockAsync(string file) => _context.RouteAsync($"**/{file}*", route => route.AbortAsync());

    /// <summary>Lets a page without script stay as it is, where it would load itself anew, and lets a judge's script run in it.</summary>
    public async Task StayAsync()
    {
        await _context.RouteAsync("**", route => route.FulfillAsync(new() { Status = 204 }));
        await ForbidScriptAsync(true);
        await ForbidScriptAsync(false);
    }

    /// <summary>Becomes somebody new, who brings nothing along, in the same page of the browser.</summary>
    public async Task StartOverAsync()
    {
        if (_session is not null)
            await ForbidScriptAsync(true);
        await _context.UnrouteAllAsync();
        await _context.SetOfflineAsync(false);
        await GoAsync("about:blank");
        await _context.ClearCookiesAsync();
        _complaints.Clear();
    }

    public Task GoAsync(string address) => InsistAsync(() => Page.GotoAsync(address));

    public Task ReloadAsync() => InsistAsync(() => Page.ReloadAsync());

    /// <summary>Waits for the style sheets. Then the page as a whole does not scroll sideways.</summary>
    public async Task FitsAsync()
    {
        await Patience.UntilAsync(() => Page.EvaluateAsync<bool>("[...document.querySelectorAll('link[rel=stylesheet]')].every(link => link.sheet)"));
        (await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
            .ShouldBe(0, $"pixels that {Page.Url} is wider than the window");
    }

    /// <summary>Shows how its pages look, and what went wrong.</summary>
    public async Task RecordAsync(string record)
    {
        foreach (var (number, page) in _context.Pages.Index())
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = $"{record}-{number + 1}.png", FullPage = true });
        await File.WriteAllLinesAsync(record + ".txt", _complaints);
    }

    /// <summary>Ends the visit; where a folder is named, with a record of it.</summary>
    public async Task LeaveAsync(string? record)
    {
        if (record is not null)
            await RecordAsync(record);
        await _context.CloseAsync();
    }

    /// <summary>
    /// A page that loads itself anew at this very moment goes where it wants, whatever has become of its site: then it has to
    /// be left once more, as a person would.
    /// </summary>
    private static async Task InsistAsync(Func<Task> leave)
    {
        while (true)
        {
            try
            {
                await leave();
                return;
            }
            catch (PlaywrightException exception) when (exception.Message.Contains("interrupted by another navigation", StringComparison.Ordinal)
                || exception.Message.Contains("net::ERR_ABORTED", StringComparison.Ordinal))
            {
            }
        }
    }

    private async Task ForbidScriptAsync(bool forbidden)
    {
        _session ??= await _context.NewCDPSessionAsync(Page);
        await _session.SendAsync("Emulation.setScriptExecutionDisabled", new() { ["value"] = forbidden });
    }

    private void Watch(IPage page)
    {
        page.PageError += (_, error) => _complaints.Enqueue($"exception: {error}");
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _complaints.Enqueue($"console: {message.Text} {message.Location}");
        };
        page.RequestFailed += (_, request) =>
        {
            // A page that is left takes its open requests with it, and a download ends as an aborted navigation.
            if (request.Failure != "net::ERR_ABORTED")
                _complaints.Enqueue($"failed: {request.Url} {request.Failure}");
        };
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                _complaints.Enqueue($"{response.Status}: {response.Url}");
        };
    }
}
