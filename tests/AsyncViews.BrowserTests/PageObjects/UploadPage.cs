namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>The form for a file, and the page that tells what arrived.</summary>
public sealed class UploadPage(IPage page)
{
    public ILocator Upload => page.GetByLabel("Upload");

    public ILocator Start => page.GetByRole(AriaRole.Button, new() { Name = "Start" });

    public ILocator Received => page.Locator("#received");

    public ILocator Hash => page.Locator("#hash");

    public Task OpenAsync() => page.GotoAsync("/upload");
}
