using AsyncViews.BrowserTests.Site;

namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>A form of the test site, and the page of its result, which shows the form again.</summary>
public sealed class FormPage(IPage page)
{
    public IPage Page => page;

    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Name => page.GetByRole(AriaRole.Textbox, new() { Name = "Name" });

    public ILocator Start => page.GetByRole(AriaRole.Button, new() { Name = "Start" });

    public ILocator Outcome => page.Locator("#outcome");

    public static async Task<FormPage> OpenAsync(IPage page, Work work, string path = "/work")
    {
        await page.GotoAsync($"{path}?key={work.Key}");
        return new FormPage(page);
    }

    /// <summary>Submits, and is on the waiting page.</summary>
    public async Task<WaitingPage> SubmitAsync(string name)
    {
        await Name.FillAsync(name);
        await Start.ClickAsync();
        return await WaitingPage.ReachedAsync(page);
    }
}
