using System.Globalization;
using System.Text.RegularExpressions;

namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>The waiting page.</summary>
public sealed partial class WaitingPage(IPage page)
{
    public IPage Page => page;

    public ILocator Spinner => page.Locator(".av-spinner");

    public ILocator Progress => page.GetByRole(AriaRole.Progressbar, new() { Name = "Progress" });

    /// <summary>The state that everybody reads.</summary>
    public ILocator State => page.Locator("#av-status .av-state");

    /// <summary>The announcements of a screen reader: the state, and each quarter.</summary>
    public ILocator Status => page.GetByRole(AriaRole.Status);

    public ILocator Quarter => page.Locator("#av-status .av-announced");

    public ILocator Message => page.Locator("#av-poll bdi");

    public ILocator Elapsed => page.Locator(".av-clock");

    public ILocator ConnectionLost => page.GetByText("The connection is lost.");

    public ILocator Busy => page.GetByText("The server is busy.");

    public ILocator Reload => page.GetByRole(AriaRole.Link, new() { Name = "Reload this page" });

    public ILocator ShowResult => page.GetByRole(AriaRole.Link, new() { Name = "Show the result" });

    public ILocator Notify => page.Locator("#av-notify");

    public ILocator CheckNow => page.GetByRole(AriaRole.Link, new() { Name = "Check now", Exact = true });

    /// <summary>The way out of a page whose script did not arrive.</summary>
    public ILocator IfStuck => page.GetByRole(AriaRole.Link, new() { Name = "If nothing moves, check now" });

    public ILocator StopUpdating => page.GetByRole(AriaRole.Link, new() { Name = "Stop updating automatically" });

    public ILocator UpdateAutomatically => page.GetByRole(AriaRole.Link, new() { Name = "Update automatically" });

    public ILocator Cancel => page.GetByRole(AriaRole.Button, new() { Name = "Cancel" });

    public static async Task<WaitingPage> ReachedAsync(IPage page)
    {
        await Expect(page).ToHaveURLAsync(Address());
        return new WaitingPage(page);
    }

    /// <summary>Waits until its script runs: a server that is gone before would keep it away, and the page would not ask by itself.</summary>
    public Task HasScriptAsync() => page.WaitForLoadStateAsync(LoadState.DOMContentLoaded);

    public async Task ShowsAsync(double percent, string message)
    {
        await Expect(Progress).ToHaveAttributeAsync("value", percent.ToString(CultureInfo.InvariantCulture));
        await Expect(Message).ToHaveTextAsync(message);
    }

    [GeneratedRegex("[/=]processing[?&].*process_id=[0-9a-z]{26}")]
    private static partial Regex Address();
}
