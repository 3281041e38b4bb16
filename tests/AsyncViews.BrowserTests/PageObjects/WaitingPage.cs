using System.Globalization;
using System.Text.RegularExpressions;

namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>The waiting page.</summary>
public sealed partial class WaitingPage(IPage page)
{
    public IPage Page => page;

    public ILocator Spinner => page.Locator(".av-spinner");

    public ILocator Progress => page.GetByRole(AriaRole.Progressbar, new() { Name = "Progress" });

    public ILocator Status => page.GetByRole(AriaRole.Status);

    public ILocator Message => page.Locator("#av-poll bdi");

    public ILocator Elapsed => page.Locator("[data-av-elapsed]");

    public ILocator ConnectionLost => page.Locator("#av-offline");

    public ILocator Busy => page.Locator("#av-busy");

    public ILocator Notify => page.Locator("#av-notify");

    public ILocator CheckNow => page.GetByRole(AriaRole.Link, new() { Name = "Check now" });

    public ILocator StopUpdating => page.GetByRole(AriaRole.Link, new() { Name = "Stop updating automatically" });

    public ILocator UpdateAutomatically => page.GetByRole(AriaRole.Link, new() { Name = "Update automatically" });

    public ILocator Cancel => page.GetByRole(AriaRole.Button, new() { Name = "Cancel" });

    public static async Task<WaitingPage> ReachedAsync(IPage page)
    {
        await Expect(page).ToHaveURLAsync(Address());
        return new WaitingPage(page);
    }

    public async Task ShowsAsync(double percent, string message)
    {
        await Expect(Progress).ToHaveAttributeAsync("value", percent.ToString(CultureInfo.InvariantCulture));
        await Expect(Message).ToHaveTextAsync(message);
    }

    [GeneratedRegex("[/=]processing[?&].*process_id=[0-9a-z]{26}")]
    private static partial Regex Address();
}
