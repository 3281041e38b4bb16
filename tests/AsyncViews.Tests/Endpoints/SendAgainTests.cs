using System.Net;
using AngleSharp.Dom;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.Endpoints;

/// <summary>A failed process is sent again as it was, by its owner, with a token.</summary>
public sealed class SendAgainTests
{
    private static readonly byte[] File = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];

    [Fact]
    public async Task SendAgain_OfAFailedProcess_RunsTheKeptUploadAsANewProcess()
    {
        var broken = true;
        await using var site = await Site.StartAsync(async (page, process, token) =>
        {
            if (broken)
                throw new InvalidOperationException("broken");

            var bound = (BoundModel)page;
            using var copy = new MemoryStream();
            await bound.Upload!.CopyToAsync(copy, token);
            bound.Outcome = $"{bound.Amount} {bound.Filter} {copy.ToArray().AsSpan().SequenceEqual(File)} {process.Id}";
            return page.Page();
        });
        using var browser = site.Browse();
        var failed = await FailedAsync(browser);
        broken = false;

        var again = await SendAgainAsync(browser, failed);

        again.Id.ShouldNotBe(failed.Id);
        (await again.ReadResultAsync()).ShouldContain($"42 yes True {again.Id}");
        (await failed.EndAsync()).ShouldBe("failed");
    }

    [Fact]
    public async Task SendAgain_OfTheSameButtonTwice_IsOneProcess()
    {
        var (gate, failures) = (new Gate(), 0);
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            if (Interlocked.Increment(ref failures) == 1)
                throw new InvalidOperationException("broken");
            await gate.PassAsync(token);
            return page.Page();
        });
        using var browser = site.Browse();
        var failed = await FailedAsync(browser);
        var form = await ButtonAsync(browser, failed);

        var posts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => PostAsync(browser, form)));

        posts.Select(post => post.Id).Distinct().ShouldHaveSingleItem().ShouldNotBe(failed.Id);
        gate.Open();
        await posts[0].EndAsync();
        site.Script.Runs.ShouldBe(2);
    }

    /// <summary>Somebody comes back to the page of the first, which still has the button.</summary>
    [Fact]
    public async Task SendAgain_OfWhatWasSentAgain_LeadsToTheNewOne()
    {
        var broken = true;
        await using var site = await Site.StartAsync((page, _, _) => broken ? throw new InvalidOperationException("broken") : Done(page));
        using var browser = site.Browse();
        var failed = await FailedAsync(browser);
        var form = await ButtonAsync(browser, failed);
        broken = false;
        var again = await PostAsync(browser, form);
        (await again.EndAsync()).ShouldBe("succeeded");

        using var response = await browser.SendAsync(HttpMethod.Post, failed.At("again"), Browser.Form(await browser.TokenFieldAsync("/Bound")));

        response.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        response.Header("Location").ShouldNotBeNull().ShouldContain(again.Id.ToString());
        site.Script.Runs.ShouldBe(2);
    }

    /// <summary>The browser's cookie opens what was sent before the sign-in, and nothing of whoever was signed in.</summary>
    [Fact]
    public async Task SendAgain_OfWhatASignedInUserSentAgain_LeadsNobodyElseToIt()
    {
        await using var site = await Site.StartAsync((_, _, _) => throw new InvalidOperationException("broken"));
        using var browser = site.Browse();
        var failed = await FailedAsync(browser);
        await browser.SignInAsync("ann");
        var ofAnn = await AgainAsync();
        await browser.SignOutAsync();

        var ofNobody = await AgainAsync();

        ofNobody.Id.ShouldNotBe(ofAnn.Id);
        (await ofNobody.EndAsync()).ShouldBe("failed");

        async Task<Submitted> AgainAsync()
        {
            var again = await browser.PostAsync(failed.At("again"), Browser.Form(await browser.TokenFieldAsync("/Bound")));
            (await again.EndAsync()).ShouldBe("failed");
            return again;
        }
    }

    [Fact]
    public async Task SendAgain_OverTheOwnersLimit_IsRefusedBeforeAnythingIsCopied()
    {
        var (gate, failures) = (new Gate(), 0);
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = CountingStore.Install;
            setup.Options = options => options.MaxLiveProcessesPerOwner = 1;
            setup.Run = async (page, _, token) =>
            {
                if (Interlocked.Increment(ref failures) == 1)
                    throw new InvalidOperationException("broken");
                await gate.PassAsync(token);
                return page.Page();
            };
        });
        using var browser = site.Browse();
        var form = await ButtonAsync(browser, await FailedAsync(browser));
        await browser.SubmitAsync("/Work");
        var contents = CountingStore.Of(site).CallsOf(nameof(IProcessStore.OpenSubmissionAsync));

        var refused = await (await PostAsync(browser, form)).Response.DocumentAsync(HttpStatusCode.TooManyRequests);

        refused.QuerySelectorAll(".av-page p").Select(paragraph => paragraph.TextContent.Trim()).ShouldBe(
            ["Several of your submissions are still in progress. Wait until one of them has finished.", "Nothing was started.", ""]);

        CountingStore.Of(site).CallsOf(nameof(IProcessStore.OpenSubmissionAsync)).ShouldBe(contents);
    }

    [Fact]
    public async Task SendAgain_BySomebodyElse_Is404AndStartsNothing()
    {
        await using var site = await Site.StartAsync((_, _, _) => throw new InvalidOperationException("broken"));
        using var browser = site.Browse();
        using var stranger = site.Browse();
        var failed = await FailedAsync(browser);

        using var response = await stranger.SendAsync(HttpMethod.Post, failed.At("again"), Browser.Form(await stranger.TokenFieldAsync("/Bound")));

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        site.Script.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task SendAgain_WithoutAToken_Is400AndStartsNothing()
    {
        await using var site = await Site.StartAsync((_, _, _) => throw new InvalidOperationException("broken"));
        using var browser = site.Browse();
        var failed = await FailedAsync(browser);

        using var response = await browser.SendAsync(HttpMethod.Post, failed.At("again"), Browser.Form());

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        site.Script.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task SendAgain_OfWhatSucceeded_LeadsToItsResult()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Bound");
        await submitted.EndAsync();

        using var response = await browser.SendAsync(HttpMethod.Post, submitted.At("again"), Browser.Form(await browser.TokenFieldAsync("/Bound")));

        response.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        response.Header("Location").ShouldBe(submitted.Result);
        site.Script.Runs.ShouldBe(1);
    }

    private static Task<IActionResult> Done(PageModel page) => Task.FromResult<IActionResult>(page.Page());

    private static async Task<Submitted> FailedAsync(Browser browser)
    {
        const string Form = "/Bound?Filter=yes";
        var content = Browser.Multipart([("Amount", "42"), await browser.TokenFieldAsync(Form)], [("Upload", "data.bin", File)]);
        var submitted = await browser.PostAsync(Form, content);
        (await submitted.EndAsync()).ShouldBe("failed");
        return submitted;
    }

    private static async Task<IElement> ButtonAsync(Browser browser, Submitted failed)
    {
        using var result = await browser.GetAsync(failed.Result);
        var page = Browser.Parse(await result.Content.ReadAsStringAsync());
        return page.QuerySelectorAll("form").Single(form => form.TextContent.Contains("Send again"));
    }

    private static Task<Submitted> PostAsync(Browser browser, IElement form)
    {
        var token = form.QuerySelector("input[name=__RequestVerificationToken]").ShouldNotBeNull();
        return browser.PostAsync(
            form.GetAttribute("action").ShouldNotBeNull(), Browser.Form((token.GetAttribute("name")!, token.GetAttribute("value")!)));
    }

    private static async Task<Submitted> SendAgainAsync(Browser browser, Submitted failed) => await PostAsync(browser, await ButtonAsync(browser, failed));
}
