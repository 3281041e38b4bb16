using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>The browser's own notice that it is done, for those who look elsewhere in the meantime.</summary>
public sealed class NotificationTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    /// <summary>The browser without a window shows no notices, and is never hidden: what would be shown is written down.</summary>
    private const string Watch = """
        window.Notification = class {
          static permission = sessionStorage.getItem("permission") ?? "default";
          static requestPermission() { sessionStorage.setItem("permission", PERMISSION); Notification.permission = PERMISSION; return Promise.resolve(PERMISSION); }
          constructor(title, options) { sessionStorage.setItem("notice", `${title}: ${options.body}`); }
        };
        Object.defineProperty(document, "hidden", { get: () => true });
        """;

    [Fact]
    public async Task Notice_ThatIsAskedFor_ComesWithTheEnd()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.Context.AddInitScriptAsync(Watch.Replace("PERMISSION", "'granted'", StringComparison.Ordinal));
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var waiting = await form.SubmitAsync("Ada");

        await waiting.Notify.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(waiting.Notify).ToHaveTextAsync("You will be notified when it is done.");
        await Expect(waiting.Notify.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await visitor.Page.ReloadAsync();
        await Expect(waiting.Notify).ToHaveTextAsync("You will be notified when it is done.");
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        (await visitor.Page.EvaluateAsync<string>("sessionStorage.getItem('notice')")).ShouldBe("Done: Work – Test site");
    }

    [Fact]
    public async Task Notice_ThatTheBrowserForbids_IsOfferedNoMore()
    {
        var visitor = await VisitAsync(fixture.Site.Address);
        await visitor.Context.AddInitScriptAsync(Watch.Replace("PERMISSION", "'denied'", StringComparison.Ordinal));
        var form = await FormPage.OpenAsync(visitor.Page, fixture.Site.Works.New());
        var waiting = await form.SubmitAsync("Ada");

        await waiting.Notify.GetByRole(AriaRole.Button).ClickAsync();

        await Expect(waiting.Notify).ToBeEmptyAsync();
    }

    [Fact]
    public async Task Notice_WithoutScript_IsNotOffered()
    {
        var visitor = await VisitAsync(fixture.Site.Address, script: false);
        var form = await FormPage.OpenAsync(visitor.Page, fixture.Site.Works.New());

        var waiting = await form.SubmitAsync("Ada");

        await Expect(waiting.Notify).ToBeEmptyAsync();
    }
}
