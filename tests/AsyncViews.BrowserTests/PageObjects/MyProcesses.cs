namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>The list 'my processes', as a page or as a part of one.</summary>
public sealed class MyProcesses(IPage page)
{
    public IPage Page => page;

    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Rows => page.Locator("#av-my-processes tbody tr");

    public ILocator Empty => page.GetByText("There is nothing here yet.");

    public static async Task<MyProcesses> OpenAsync(IPage page)
    {
        await page.GotoAsync("/my-processes");
        return new MyProcesses(page);
    }

    public ILocator Button(string name, int row = 0) => Rows.Nth(row).GetByRole(AriaRole.Button, new() { Name = name });

    public ILocator Discard(int row = 0) => Rows.Nth(row).GetByRole(AriaRole.Link, new() { Name = "Discard" });

    /// <summary>The question before something is discarded, where scripts run.</summary>
    public ILocator Question => page.GetByRole(AriaRole.Dialog, new() { Name = "Discard this?" });

    /// <summary>Discards what is in a row, and says so once more: in the dialog, or without script on its page.</summary>
    public async Task DiscardAsync(int row = 0)
    {
        await Discard(row).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
    }

    public ILocator Link(int row = 0) => Rows.Nth(row).GetByRole(AriaRole.Rowheader).GetByRole(AriaRole.Link);
}
