using AsyncViews.BrowserTests.Judges;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.BrowserTests;

/// <summary>A form that is sent once more, in a browser that keeps the pages that are left.</summary>
public sealed class SentAgainTests(BrowserFixture browser, SiteFixture fixture)
{
    [Fact]
    public async Task Form_AfterAFailure_RunsAnewWhenItIsSentAgain()
    {
        await using var ownBrowser = await browser.LaunchWithBackForwardCacheAsync();
        var work = fixture.Site.Works.New();
        var page = await (await BrowserFixture.VisitAsync(ownBrowser, new() { BaseURL = fixture.Site.Address })).NewPageAsync();
        var form = await FormPage.OpenAsync(page, work);
        await form.SubmitAsync("Ada");
        work.Fail("It broke.");
        await Expect(form.Heading).ToHaveTextAsync("Failed");

        await page.GoBackAsync(new() { WaitUntil = WaitUntilState.Commit });
        await Expect(form.Name).ToHaveValueAsync("Ada");
        await form.Start.ClickAsync();

        await Patience.UntilAsync(() => work.Starts == 2);
    }

    [Fact]
    public async Task Form_JustAfterItSucceeded_SaysSoAndIsSentAnewOnRequest()
    {
        var clock = new MovedClock();
        clock.Stand();
        await using var site = await TestSite.StartAsync(replace: services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        await using var ownBrowser = await browser.LaunchWithBackForwardCacheAsync();
        var work = site.Works.New();
        var page = await (await BrowserFixture.VisitAsync(ownBrowser, new() { BaseURL = site.Address })).NewPageAsync();
        var form = await FormPage.OpenAsync(page, work);
        await form.Name.FillAsync("Ada");
        work.Finish();
        await form.SendUnseenAsync("Ada");
        var sent = (await work.StartedAsync()).Id;
        await Patience.UntilAsync(async () => (await site.Services.GetRequiredService<IProcessManager>().GetStatusAsync(sent))!.State == ProcessState.Succeeded);
        await form.Start.ClickAsync();
        await Expect(form.Heading).ToHaveTextAsync("You sent this before");

        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        work.Starts.ShouldBe(2);
    }
}
