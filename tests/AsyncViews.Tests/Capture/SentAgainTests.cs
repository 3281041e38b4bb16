using System.Net;
using AngleSharp.Html.Dom;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.Capture;

/// <summary>A form that is sent again after the end, with the token that it was sent with first: as Back restores it.</summary>
public sealed class SentAgainTests
{
    [Fact]
    public async Task SameForm_AfterAFailure_RunsAnew()
    {
        var broken = true;
        await using var site = await Site.StartAsync((page, _, _) => broken ? throw new InvalidOperationException("broken") : Done(page));
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");
        var failed = await browser.PostAsync("/Work", Browser.Form(("Text", "same"), token));
        (await failed.EndAsync()).ShouldBe("failed");
        broken = false;

        var again = await browser.PostAsync("/Work", Browser.Form(("Text", "same"), token));

        again.Id.ShouldNotBe(failed.Id);
        (await again.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task SameForm_AfterACancel_RunsAnew()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(async (page, _, cancellation) =>
        {
            await gate.PassAsync(cancellation);
            return page.Page();
        });
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");
        var canceled = await browser.PostAsync("/Work", Browser.Form(token));
        await gate.Entered;
        (await browser.PostAsync("/Work", Browser.Form(token))).Processing.ShouldBe(canceled.Processing, "it is live");
        using var cancel = await browser.SendAsync(HttpMethod.Post, canceled.Cancel, Browser.Form(token));
        (await canceled.EndAsync()).ShouldBe("canceled");
        gate.Open();

        var again = await browser.PostAsync("/Work", Browser.Form(token));

        again.Id.ShouldNotBe(canceled.Id);
        (await again.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task SameForm_AfterItWasMissed_RunsAnew()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Options = options => options.MaxConcurrentRuns = 1);
        var token = await run.Browser.TokenFieldAsync("/Work");
        var missed = await run.Browser.PostAsync("/Work", Browser.Form(token));
        await run.Site.Services.GetRequiredService<IProcessStore>().MissUnknownAsync(new HashSet<ProcessType>(), TimeSpan.Zero);
        (await missed.EndAsync()).ShouldBe("missed");

        var again = await run.Browser.PostAsync("/Work", Browser.Form(token));

        again.Id.ShouldNotBe(missed.Id);
        run.Gate.Open();
        (await again.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task SameForm_AfterTheServerStopped_LeadsToTheInterruptedPageWithSendAgain()
    {
        var time = Clock.Start();
        var gate = new Gate();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Run = async (page, _, cancellation) =>
            {
                await gate.PassAsync(cancellation);
                return page.Page();
            };
        });
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");
        var interrupted = await browser.PostAsync("/Work", Browser.Form(token));
        await gate.Entered;
        await site.Services.GetRequiredService<IProcessStore>().FinishAsync(interrupted.Id, 1, new ProcessOutcome(ProcessState.Interrupted));
        gate.Open();
        (await interrupted.EndAsync()).ShouldBe("interrupted");
        time.Advance(TimeSpan.FromHours(1));

        var again = await browser.PostAsync("/Work", Browser.Form(token));

        again.Id.ShouldBe(interrupted.Id);
        using var processing = await browser.GetAsync(again.Processing);
        using var result = await browser.GetAsync(processing.Header("Location").ShouldNotBeNull());
        var page = await result.DocumentAsync(HttpStatusCode.InternalServerError);
        Heading(page).ShouldBe("Interrupted");
        var sent = await SendAgainAsync(browser, page);
        sent.Id.ShouldNotBe(interrupted.Id);
        (await sent.EndAsync()).ShouldBe("succeeded");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task SameForm_JustAfterItSucceeded_SaysSoAndSendsItAnewOnRequest(bool upload)
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = Clock.Start();
            setup.Run = async (page, _, cancellation) =>
            {
                var form = await page.Request.ReadFormAsync(cancellation);
                return page.Content($"{form["Text"]} {form.Files.Sum(file => file.Length)}");
            };
        });
        using var browser = site.Browse();
        var path = upload ? "/Bound?a=1" : "/Work?a=1";
        var token = await browser.TokenFieldAsync(path);
        var first = await PostAsync();
        (await first.EndAsync()).ShouldBe("succeeded");

        var second = await PostAsync();
        var third = await PostAsync();

        (second.Id, third.Id).ShouldBe((first.Id, first.Id));
        var page = await browser.OpenAsync(third.Processing);
        Heading(page).ShouldBe("You sent this before");
        using var opened = await browser.GetAsync(page.QuerySelector("a.av-primary").ShouldNotBeNull().GetAttribute("href")!);
        opened.Header("Location").ShouldBe(first.Result);
        site.Script.Runs.ShouldBe(1);

        var anew = await SendAgainAsync(browser, page);
        anew.Id.ShouldNotBe(first.Id);
        (await anew.ReadResultAsync()).ShouldBe(await first.ReadResultAsync());
        site.Script.Runs.ShouldBe(2);

        Task<Submitted> PostAsync() => browser.PostAsync(
            path, upload ? Browser.Multipart([("Text", "same"), token], ("Upload", "a.csv", new byte[100_000])) : Browser.Form(("Text", "same"), token));
    }

    [Fact]
    public async Task SameForm_AFewSecondsAfterItSucceeded_RunsAnew()
    {
        var time = Clock.Start();
        await using var site = await Site.StartAsync(setup => setup.Time = time);
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");
        var first = await browser.PostAsync("/Work", Browser.Form(token));
        await first.EndAsync();

        time.Advance(TimeSpan.FromSeconds(4.9));
        (await browser.PostAsync("/Work", Browser.Form(token))).Id.ShouldBe(first.Id);
        time.Advance(TimeSpan.FromSeconds(0.1));
        (await browser.PostAsync("/Work", Browser.Form(token))).Id.ShouldNotBe(first.Id);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task IdempotencyKey_AfterAnyEnd_HoldsForAMinute(bool fails)
    {
        var time = Clock.Start();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Time = time;
            setup.Run = (page, _, _) => fails ? throw new InvalidOperationException("broken") : Done(page);
        });
        using var browser = site.Browse();
        var first = await PostAsync();
        await first.EndAsync();

        time.Advance(TimeSpan.FromSeconds(59.9));
        (await PostAsync()).Processing.ShouldBe(first.Processing);
        time.Advance(TimeSpan.FromSeconds(0.1));
        (await PostAsync()).Id.ShouldNotBe(first.Id);

        async Task<Submitted> PostAsync() =>
            await browser.PostAsync("/Work", Browser.Form(await browser.TokenFieldAsync("/Work")), ("Idempotency-Key", "k"));
    }

    [Fact]
    public async Task SamePost_OfAJsonClientAfterItSucceeded_Is202AndKeepsNothing()
    {
        await using var site = await Site.StartAsync(setup => setup.Time = Clock.Start());
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");
        var first = await browser.PostAsync("/Work", Browser.Form(token));
        await first.EndAsync();

        var again = await browser.PostAsync("/Work", Browser.Form(token), ("Accept", "application/json"));

        again.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        again.Response.Header("Location").ShouldBe($"{new Uri(site.Root, first.Completed)}&format=json");
        (await site.Services.GetRequiredService<IProcessStore>().OpenSubmissionAsync(first.Id)).ShouldBeNull();
    }

    private static Task<IActionResult> Done(PageModel page) => Task.FromResult<IActionResult>(page.Page());

    private static string Heading(IHtmlDocument page) => page.QuerySelector("h1").ShouldNotBeNull().TextContent;

    private static async Task<Submitted> SendAgainAsync(Browser browser, IHtmlDocument page)
    {
        var form = page.QuerySelector("form:has(button)").ShouldNotBeNull();
        return await browser.PostAsync(form.GetAttribute("action")!, Browser.Form(("__RequestVerificationToken", Browser.TokenIn(page))));
    }
}
