namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>The page of a result that is a download.</summary>
public sealed class ReadyPage(IPage page)
{
    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Name = "Your file is ready" });

    public ILocator File => page.Locator(".av-page bdi").First;

    public ILocator Download => page.GetByRole(AriaRole.Link, new() { Name = "Download the file" });
}
