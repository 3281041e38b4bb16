using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Running;

/// <summary>A result is kept for a time, its tombstone for another, and then it never was.</summary>
public class RetentionTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public async Task Result_OverItsRetention_IsThereThenGoneThenUnknown()
    {
        var time = Clock.Start();
        await using var site = await Site.StartAsync(setup => setup.Time = time);
        using var browser = site.Browse();
        using var other = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        time.Advance(Day - TimeSpan.FromMinutes(1));
        (await StatusOfAsync(browser, submitted.Result)).ShouldBe(HttpStatusCode.OK);

        await AdvanceUntilAsync(time, TimeSpan.FromMinutes(1), async () => await StatusOfAsync(browser, submitted.Result) == HttpStatusCode.Gone);
        var expired = await browser.GetAsync(submitted.Processing);
        var page = await expired.DocumentAsync(HttpStatusCode.Gone);
        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("This result has expired");
        page.QuerySelector(".av-actions a").ShouldNotBeNull().GetAttribute("href").ShouldBe("/Work");
        (await StatusOfAsync(browser, submitted.Completed, ("Accept", "application/json"))).ShouldBe(HttpStatusCode.Gone);
        using (var poll = await browser.GetAsync(submitted.Completed, ("HX-Request", "true")))
        {
            poll.StatusCode.ShouldBe(HttpStatusCode.Gone);
            poll.Header("HX-Refresh").ShouldBe("true");
        }

        (await StatusOfAsync(other, submitted.Result)).ShouldBe(HttpStatusCode.NotFound);

        await AdvanceUntilAsync(time, 7 * Day, async () => await StatusOfAsync(browser, submitted.Result) == HttpStatusCode.NotFound);
        (await site.Processes.GetStatusAsync(submitted.Id)).ShouldBeNull();
    }

    [Fact]
    public async Task LiveProcess_HoweverLong_IsNotSwept()
    {
        var time = Clock.Start();
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Time = time);

        time.Advance(30 * Day);

        (await StatusOfAsync(run.Browser, run.Submitted.Processing)).ShouldBe(HttpStatusCode.OK);
        run.Gate.Open();
        (await run.Submitted.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task Sweep_OfResults_DeletesTheirFiles()
    {
        var time = Clock.Start();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Run = (page, _, _) => Task.FromResult<Microsoft.AspNetCore.Mvc.IActionResult>(page.File(new byte[1 << 20], "application/octet-stream"));
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();
        using (var opened = (await site.Processes.OpenResultAsync(submitted.Id))!.Body)
            opened.Length.ShouldBe(1 << 20);

        await AdvanceUntilAsync(time, Day, async () => (await site.Processes.GetStatusAsync(submitted.Id))!.IsGone);

        (await site.Processes.OpenResultAsync(submitted.Id)).ShouldBeNull();
    }

    /// <summary>The sweep runs beside the requests, on its own timer.</summary>
    private static Task AdvanceUntilAsync(FakeTimeProvider time, TimeSpan by, Func<Task<bool>> condition)
    {
        time.Advance(by);
        return Eventually.BeTrueAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromSeconds(15));
                return await condition();
            },
            "the sweep");
    }

    private static async Task<HttpStatusCode> StatusOfAsync(Browser browser, string address, params (string, string)[] headers)
    {
        using var response = await browser.GetAsync(address, headers);
        return response.StatusCode;
    }
}
