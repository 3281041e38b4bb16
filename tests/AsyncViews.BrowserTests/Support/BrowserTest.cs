namespace AsyncViews.BrowserTests.Support;

/// <summary>A test with visitors, each with a browser context of its own. A failed test leaves their screenshots and what went wrong.</summary>
public abstract class BrowserTest(BrowserFixture browser) : IAsyncLifetime
{
    private static readonly string Artifacts = Path.Combine(Repository.Root, "test-artifacts", "browser");

    private readonly List<Visitor> _visitors = [];

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        var record = Record;
        foreach (var (number, visitor) in _visitors.Index())
            await visitor.LeaveAsync(record is null ? null : $"{record}.{number + 1}");
    }

    /// <summary>The name of a failed test's records; null for another.</summary>
    protected string? Record
    {
        get
        {
            var name = string.Join('-', $"{GetType().Name}.{TestContext.Current.Test?.TestDisplayName}".Split(Path.GetInvalidFileNameChars().Concat("?\": ").ToArray()));
            return TestContext.Current.TestState?.Result == TestResult.Failed ? Path.Combine(Artifacts, name) : null;
        }
    }

    /// <summary>Somebody new, who brings no cookies.</summary>
    protected async Task<Visitor> VisitAsync(
        string address, bool script = true, int width = Visitor.Wide, string locale = "en-US", string? timeZone = null)
    {
        var visitor = await Visitor.ComeAsync(browser.Browser, address, script, width, locale, timeZone);
        _visitors.Add(visitor);
        return visitor;
    }
}
