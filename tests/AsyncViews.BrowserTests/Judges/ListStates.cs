using AsyncViews.BrowserTests.PageObjects;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The list 'my processes' on the test site, and what is discarded from it.</summary>
public static class ListStates
{
    public static IReadOnlyList<PageState> All { get; } =
    [
        new("my-processes-empty", async stage =>
        {
            await stage.OpenAsync();
            await Expect((await MyProcesses.OpenAsync(stage.Page)).Empty).ToBeVisibleAsync();
        }),
        new("my-processes", stage => ListAsync(stage, "/my-processes")) { Updates = true },
        new("my-processes-turned-off", stage => ListAsync(stage, "/my-processes?refresh=0")),
        new("my-processes-discard-asked", async stage =>
        {
            await ListAsync(stage, "/my-processes");
            await new MyProcesses(stage.Page).Discard(row: 2).ClickAsync();
            await Expect(new MyProcesses(stage.Page).Question).ToBeVisibleAsync();
        }) { NeedsScript = true, Updates = true },
        new("my-processes-discard", async stage =>
        {
            await ListAsync(stage, "/my-processes?refresh=0");
            await stage.Visitor.GoAsync((await new MyProcesses(stage.Page).Discard(row: 2).GetAttributeAsync("href"))!);
            await stage.IsHeadedAsync("Discard this?");
        }),
        new("discarded", async stage =>
        {
            await stage.StartAsync();
            stage.Work.Finish();
            await Expect(stage.Page.Locator("#outcome")).ToBeVisibleAsync();
            await stage.Store.DiscardAsync(await LibraryStates.IdAsync(stage));
            stage.Later(TimeSpan.FromMinutes(1));
            await stage.Visitor.ReloadAsync();
            await stage.IsHeadedAsync("You discarded this");
        }),
    ];

    /// <summary>One process has failed, one runs, and one waits.</summary>
    private static async Task ListAsync(Stage stage, string address)
    {
        await stage.StartAsync(configure: options => options.MaxConcurrentRuns = 1);
        stage.Work.Fail("The file ended in the middle of a row.");
        await stage.IsHeadedAsync("Failed");
        await stage.StartAsync();
        await stage.Work.ReportAsync(42.5, "Reading rows");
        await (await stage.OpenAsync()).SubmitAsync("Grace");
        await stage.Visitor.GoAsync(address);
        await Expect(new MyProcesses(stage.Page).Rows).ToHaveCountAsync(3);
    }
}
