using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>The progress of a group on a page of the application, and its polls.</summary>
public sealed class GroupProgressTests
{
    private readonly FakeTimeProvider _time = Clock.Start();

    [Fact]
    public async Task Poll_OfSomebodySignedOut_LeavesThePageAroundItAsItIs()
    {
        await using var site = await JobSite.StartAsync(configure: setup =>
        {
            setup.Time = _time;
            setup.Endpoints = app =>
            {
                app.MapJobs().RequireAuthorization();
                MapStart(app, new ScheduleOptions { Group = "g", NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000) });
            };
        });
        using var browser = site.Browse();
        await browser.SignInAsync("ann");
        await StartAsync(browser, "later");
        var address = AddressIn(await browser.OpenAsync("/Embedding?group=g"));
        (await AskAsync(browser, address)).ShouldBeNull();
        await browser.SignOutAsync();

        using var poll = await browser.GetAsync(address, ("HX-Request", "true"));

        poll.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        poll.Header("HX-Refresh").ShouldBeNull();
    }

    [Fact]
    public async Task Poll_IsAnsweredAnewWithThePaceAndWithTheRemainingTime()
    {
        var (first, second) = (new Gate(), new Gate());
        await using var site = await JobSite.StartAsync(
            async (text, _, token) =>
            {
                await (text == "first" ? first : second).PassAsync(token);
                return null;
            },
            setup =>
            {
                setup.Time = _time;
                setup.Endpoints = app =>
                {
                    app.MapJobs();
                    MapStart(app, new ScheduleOptions { Group = "g" });
                };
            });
        using var browser = site.Browse();
        var id = await StartAsync(browser, "first,second");
        await first.Entered;
        await second.Entered;
        var address = AddressIn(await browser.OpenAsync("/Embedding?group=g"));
        (await AskAsync(browser, address)).ShouldBeNull();

        // Nothing but the pace: it asks less often from now on.
        _time.Advance(TimeSpan.FromSeconds(11));
        address = (await AskAsync(browser, address)).ShouldNotBeNull();
        (await AskAsync(browser, address)).ShouldBeNull();

        // Nothing but the remaining time, which the first end has made known.
        first.Open();
        await site.EndOfAsync(id);
        address = (await AskAsync(browser, address)).ShouldNotBeNull();
        (await AskAsync(browser, address)).ShouldBeNull();
        _time.Advance(TimeSpan.FromSeconds(10));
        (await AskAsync(browser, address)).ShouldNotBeNull();
        second.Open();
    }

    private static void MapStart(WebApplication app, ScheduleOptions options) =>
        app.MapGet("/start/{names}", async (string names, IJobScheduler jobs) =>
            (await jobs.ScheduleParallelAsync([.. names.Split(',').Select(name => new Order(name))], options: options))[0].ToString());

    /// <summary>Schedules the jobs of the group, and returns the first of them.</summary>
    private static async Task<ProcessId> StartAsync(Browser browser, string names)
    {
        using var started = await browser.GetAsync($"/start/{names}");
        return ProcessId.Parse(await started.TextAsync(HttpStatusCode.OK));
    }

    /// <summary>The address that the page asks at from then on; null if nothing is new.</summary>
    private static async Task<string?> AskAsync(Browser browser, string address)
    {
        using var poll = await browser.GetAsync(address, ("HX-Request", "true"));
        return poll.StatusCode == HttpStatusCode.NoContent ? null : AddressIn(await poll.DocumentAsync(HttpStatusCode.OK));
    }

    private static string AddressIn(AngleSharp.Html.Dom.IHtmlDocument page) => page.QuerySelector("[data-hx-get]").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull();
}
