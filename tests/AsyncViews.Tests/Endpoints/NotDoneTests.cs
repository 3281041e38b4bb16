using System.Net;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.WebUtilities;

namespace AsyncViews.Tests.Endpoints;

/// <summary>A button of a page that was open for too long says why it did nothing, and can be pressed once more.</summary>
public sealed class NotDoneTests
{
    [Fact]
    public async Task Cancel_WithAStaleToken_SaysWhyAndWorksWithTheNewOne()
    {
        await using var run = await HeldRun.StartAsync();

        var answer = await PressTwiceAsync(run.Browser, run.Submitted.Cancel, "Cancel", () => run.Process.CancellationToken.IsCancellationRequested.ShouldBeFalse());

        answer.Processing.ShouldBe(run.Submitted.Processing);
        (await run.Submitted.EndAsync()).ShouldBe("canceled");
    }

    [Fact]
    public async Task SendAgain_WithAStaleToken_SaysWhyAndWorksWithTheNewOne()
    {
        await using var site = await Site.StartAsync((_, _, _) => throw new InvalidOperationException("broken"));
        using var browser = site.Browse();
        var failed = await browser.SubmitAsync("/Work");
        await failed.EndAsync();

        var again = await PressTwiceAsync(browser, failed.At("again"), "Send again", () => site.Script.Runs.ShouldBe(1));

        again.Id.ShouldNotBe(failed.Id);
        (await again.EndAsync()).ShouldBe("failed");
    }

    [Fact]
    public async Task Cancel_OfAJobWithAStaleToken_SaysWhyAndWorksWithTheNewOne()
    {
        await using var site = await JobSite.StartAsync(configure: setup => setup.Endpoints = app =>
        {
            app.MapJobs();
            app.MapGet("/order", async (IJobScheduler jobs) =>
                (await jobs.ScheduleAsync(new Order("x"), new ScheduleOptions { NotBefore = DateTimeOffset.UnixEpoch.AddYears(1000) })).ToString());
        });
        using var browser = site.Browse();
        var id = ProcessId.Parse((await (await browser.GetAsync("/order")).TextAsync(HttpStatusCode.OK)).Trim('"'));

        await PressTwiceAsync(browser, $"/processes/cancel?process_id={id}", "Cancel");

        (await site.Processes.GetStatusAsync(id))!.State.ShouldBe(ProcessState.Canceled);
    }

    [Fact]
    public async Task Cancel_WithABodyThatIsTooLarge_SaysSo()
    {
        await using var run = await HeldRun.StartAsync("/Small");

        using var refused = await run.Browser.SendAsync(HttpMethod.Post, run.Submitted.Cancel, Browser.Form(("Text", new string('x', 2000))));

        var page = await refused.DocumentAsync(HttpStatusCode.RequestEntityTooLarge);
        page.QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldContain("larger than this site accepts");
    }

    [Fact]
    public async Task Cancel_OfAScriptWithAStaleToken_IsAProblem()
    {
        await using var run = await HeldRun.StartAsync();

        using var refused = await run.Browser.SendAsync(HttpMethod.Post, run.Submitted.Cancel, Browser.Form(), ("Accept", "application/json"));

        (await refused.JsonAsync(HttpStatusCode.BadRequest)).GetProperty("type").GetString().ShouldBe("urn:asyncviews:refused");
    }

    /// <summary>The scheme leads them to the address that they had sent a form to.</summary>
    [Theory]
    [InlineData("cancel")]
    [InlineData("again")]
    public async Task Button_OfSomebodyWhoMustSignInAnew_LeadsThemBackToTheProcess(string handler)
    {
        await using var site = await Site.StartAsync((_, _, _) => throw new InvalidOperationException("broken"));
        using var browser = site.Browse();
        await browser.SignInAsync("ann");
        var failed = await browser.SubmitAsync("/Guarded");
        await failed.EndAsync();
        await browser.SignOutAsync();

        using var challenge = await browser.SendAsync(HttpMethod.Post, failed.At(handler), Browser.Form());
        var way = QueryHelpers.ParseQuery(challenge.Headers.Location.ShouldNotBeNull().Query)["ReturnUrl"].ToString();
        await browser.SignInAsync("ann");
        using var back = await browser.GetAsync(way);

        way.ShouldContain($"handler={handler}");
        back.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        back.Header("Location").ShouldBe(failed.Processing);
        using var script = await browser.GetAsync(way, ("Accept", "application/json"));
        script.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
    }

    /// <summary>Presses the button with a token of another day, and then the one on the page that comes.</summary>
    private static async Task<Submitted> PressTwiceAsync(Browser browser, string address, string button, Action? between = null)
    {
        using var refused = await browser.SendAsync(HttpMethod.Post, address, Browser.Form(("__RequestVerificationToken", "stale")));
        var page = await refused.DocumentAsync(HttpStatusCode.BadRequest);
        page.QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldContain("open for too long");
        page.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe(button);
        page.QuerySelector("meta[http-equiv=refresh], [data-hx-get]").ShouldBeNull("it would send the form again, or leave");
        var form = page.QuerySelector(".av-page form").ShouldNotBeNull();
        form.QuerySelector("button").ShouldNotBeNull().TextContent.ShouldBe(button);
        between?.Invoke();

        var answer = await browser.PostAsync(form.GetAttribute("action")!, Browser.Form(("__RequestVerificationToken", Browser.TokenIn(page))));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return answer;
    }
}
