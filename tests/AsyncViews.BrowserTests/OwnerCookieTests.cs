using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;
using Microsoft.AspNetCore.Antiforgery;

namespace AsyncViews.BrowserTests;

/// <summary>A browser finds again what it has submitted.</summary>
public sealed class OwnerCookieTests(BrowserFixture browser, SiteFixture fixture)
{
    [Fact]
    public async Task Browser_ClosedAndOpenedAgain_FindsItsProcess()
    {
        await using var profile = new Profile(browser);
        var work = fixture.Site.Works.New();
        var page = await (await profile.OpenAsync()).NewPageAsync();
        await SubmitAsync(page, fixture.Site.Address, work);
        var address = page.Url;

        await profile.CloseAsync();
        var again = await (await profile.OpenAsync()).NewPageAsync();
        await again.GotoAsync(address);
        await work.ReportAsync(50, "Reading rows");

        await new WaitingPage(again).ShowsAsync(50, "Reading rows");
        work.Finish();
        await Expect(again.Locator("#outcome")).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task Http_AfterHttps_SubmitsAndFindsItsProcess()
    {
        await using var site = await StartAsync(new TestSiteSettings { Https = true, HttpToo = true });
        await using var profile = new Profile(browser);
        var page = await (await profile.OpenAsync()).NewPageAsync();
        var (overHttps, overHttp) = (site.Works.New(), site.Works.New());

        await SubmitAsync(page, Profile.Named(site.Address), overHttps);
        await FinishAsync(page, overHttps);
        await SubmitAsync(page, Profile.Named(site.HttpAddress), overHttp);
        await FinishAsync(page, overHttp);

        // What went over http is not lost where the person is sent on to https.
        await page.GotoAsync(page.Url.Replace(Profile.Named(site.HttpAddress), Profile.Named(site.Address), StringComparison.Ordinal));
        await Expect(page.Locator("#outcome")).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task Frame_InAPageOfAnotherSite_FindsItsProcess()
    {
        await using var site = await StartAsync(new TestSiteSettings { Https = true, FrameAncestors = "*" }, forFrames: true);
        await using var profile = new Profile(browser, new { cookie_controls_mode = 0, block_third_party_cookies = false });
        var work = site.Works.New();
        var page = await (await profile.OpenAsync()).NewPageAsync();
        await page.RouteAsync("http://elsewhere.test/", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = $"<!doctype html><title>Elsewhere</title><iframe src=\"{Profile.Named(site.Address)}/work?key={work.Key}\" width=800 height=600></iframe>",
        }));
        await page.GotoAsync("http://elsewhere.test/");
        var frame = page.FrameLocator("iframe");

        await frame.GetByRole(AriaRole.Textbox, new() { Name = "Name" }).FillAsync("Ada");
        await frame.GetByRole(AriaRole.Button, new() { Name = "Start" }).ClickAsync();
        await work.ReportAsync(50, "Reading rows");
        await Expect(frame.Locator("#av-poll bdi")).ToHaveTextAsync("Reading rows");
        work.Finish();

        await Expect(frame.Locator("#outcome")).ToHaveTextAsync("Done for Ada");
    }

    [Fact]
    public async Task Tabs_OpenedAtOnce_HaveOneOwner()
    {
        await using var profile = new Profile(browser);
        var context = await profile.OpenAsync();
        var works = new[] { fixture.Site.Works.New(), fixture.Site.Works.New() };
        var tabs = new[] { await context.NewPageAsync(), await context.NewPageAsync() };

        // Has the cookie that forms are validated by, and no owner's yet.
        await tabs[0].GotoAsync($"{fixture.Site.Address}/signin");
        var forms = await Task.WhenAll(tabs.Zip(works, (tab, work) => OpenAsync(tab, fixture.Site.Address, work)));
        await Task.WhenAll(forms.Select(form => form.SubmitAsync("Ada")));

        var list = await context.NewPageAsync();
        await list.GotoAsync($"{fixture.Site.Address}/my-processes");
        await Expect(new MyProcesses(list).Rows).ToHaveCountAsync(2);
        await Task.WhenAll(tabs.Zip(works, FinishAsync));
        var cookies = (await context.CookiesAsync()).Where(cookie => cookie.Name.StartsWith("AsyncViews.Owner", StringComparison.Ordinal)).ToArray();
        cookies.Select(cookie => cookie.Value).Distinct().ShouldHaveSingleItem();
        cookies.ShouldAllBe(cookie => cookie.Expires > 0);
    }

    [Fact]
    public async Task Browser_ThatKeepsNoCookies_IsToldSo()
    {
        await using var profile = new Profile(browser, new { default_content_setting_values = new { cookies = 2 } });
        var work = fixture.Site.Works.New();
        var page = await (await profile.OpenAsync()).NewPageAsync();
        var form = await OpenAsync(page, fixture.Site.Address, work);

        await form.Name.FillAsync("Ada");
        var answer = await page.RunAndWaitForResponseAsync(() => form.Start.ClickAsync(), response => response.Request.Method == "POST");

        answer.Status.ShouldBe(400);
        await Expect(page.Locator(".validation-summary-errors")).ToContainTextAsync("Your browser sent no cookies");
        await Expect(form.Name).ToHaveValueAsync("Ada");
        work.Starts.ShouldBe(0);
    }

    private static Task<TestSite> StartAsync(TestSiteSettings settings, bool forFrames = false) =>
        TestSite.StartAsync(settings.Apply, settings, services => services.Configure<AntiforgeryOptions>(options =>
        {
            options.SuppressXFrameOptionsHeader = forFrames;
            if (forFrames)
                (options.Cookie.SameSite, options.Cookie.SecurePolicy) = (SameSiteMode.None, CookieSecurePolicy.Always);
        }));

    private static async Task<FormPage> OpenAsync(IPage page, string address, Work work)
    {
        await page.GotoAsync($"{address}/work?key={work.Key}");
        return new FormPage(page);
    }

    private static async Task SubmitAsync(IPage page, string address, Work work) => await (await OpenAsync(page, address, work)).SubmitAsync("Ada");

    private static async Task FinishAsync(IPage page, Work work)
    {
        work.Finish();
        await Expect(page.Locator("#outcome")).ToHaveTextAsync("Done for Ada");
    }
}
