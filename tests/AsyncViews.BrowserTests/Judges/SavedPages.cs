using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The markup of every page in every state, as the server sent it, in one folder.</summary>
public sealed class SavedPages(BrowserFixture browser, SampleFixture sample) : IAsyncLifetime
{
    public string Folder { get; } = Path.Combine(Repository.Root, "test-artifacts", "markup");

    public async ValueTask InitializeAsync()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
        foreach (var state in PageState.All)
            await SaveAsync(state);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task SaveAsync(PageState state)
    {
        IResponse? last = null;
        Visitor? visitor = null;
        await using (var stage = new Stage(ComeAsync, sample.Address))
        {
            await state.ReachAsync(stage);
            await WriteAsync(state.Name, await last!.TextAsync());

            // What the polls have put into the page.
            if (state.NeedsScript || state.Name == "running-measured")
                await WriteAsync($"{state.Name}-after-polls", "<!DOCTYPE html>\n" + await stage.Page.Locator("html").EvaluateAsync<string>("html => html.outerHTML"));
        }

        await visitor!.LeaveAsync(null);

        async Task<Visitor> ComeAsync(string address)
        {
            visitor = await Visitor.ComeAsync(browser.Browser, address, script: true, Visitor.Wide);
            visitor.Page.Response += (_, response) => last = IsPage(response) ? response : last;
            return visitor;
        }
    }

    /// <summary>Not a redirect, a poll or a download.</summary>
    private static bool IsPage(IResponse response) => response.Request.IsNavigationRequest
        && response.Status is < 300 or >= 400
        && response.Headers.GetValueOrDefault("content-type")?.StartsWith("text/html", StringComparison.Ordinal) == true;

    private Task WriteAsync(string name, string html) =>
        File.WriteAllTextAsync(Path.Combine(Folder, $"{name}.html"), html, TestContext.Current.CancellationToken);
}
