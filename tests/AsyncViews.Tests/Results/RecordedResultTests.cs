using System.Net;
using System.Text;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace AsyncViews.Tests.Results;

/// <summary>Whatever a run returns is what its owner gets.</summary>
public class RecordedResultTests
{
    public static TheoryData<string, int, string?, string> ActionResults => new()
    {
        { "content", 200, "text/plain; charset=utf-8", "text" },
        { "json", 200, "application/json; charset=utf-8", """{"answer":42}""" },
        { "file", 200, "text/csv", "a;b" },
        { "notfound", 404, null, "" },
        { "teapot", 418, "text/plain", "short and stout" },
        { "empty", 200, null, "" },
        { "nocontent", 204, null, "" },
        { "redirect", 302, null, "" },
        { "moved", 301, null, "" },
    };

    [Theory]
    [MemberData(nameof(ActionResults))]
    public async Task ActionResult_OfARun_IsAnsweredWithItsStatusTypeAndBody(string result, int status, string? contentType, string body)
    {
        await using var site = await Site.StartAsync((page, _, _) => Task.FromResult<IActionResult>(result switch
        {
            "content" => page.Content("text"),
            "json" => new JsonResult(new { answer = 42 }),
            "file" => page.File("a;b"u8.ToArray(), "text/csv", "ü \"table\".csv"),
            "notfound" => page.StatusCode(404),
            "teapot" => new ContentResult { StatusCode = 418, ContentType = "text/plain", Content = "short and stout" },
            "empty" => new EmptyResult(),
            "nocontent" => new NoContentResult(),
            "redirect" => page.RedirectToPage("/Routed", new { id = 3 }),
            _ => page.RedirectPermanent("https://example.org/"),
        }));
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");
        using var response = await submitted.OpenResultAsync();

        (await response.TextAsync((HttpStatusCode)status)).ShouldBe(body);
        response.Header("Content-Type").ShouldBe(contentType);
        if (status != 204)
            response.Content.Headers.ContentLength.ShouldBe(Encoding.UTF8.GetByteCount(body));
        response.Header("Location").ShouldBe(result switch { "redirect" => "/Routed/3", "moved" => "https://example.org/", _ => null });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Redirect_ThatKeepsTheMethod_IsNamedInTheLog(bool keepsMethod)
    {
        await using var site = await Site.StartAsync((_, _, _) => Task.FromResult<IActionResult>(new RedirectResult("/Routed/3", permanent: true, keepsMethod)));
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Work")).EndAsync()).ShouldBe("succeeded");

        site.Log.Entries.Count(entry => entry.Message.Contains("redirect that keeps the method (308)")).ShouldBe(keepsMethod ? 1 : 0);
    }

    [Fact]
    public async Task Headers_OfARun_KeepAllTheirValues()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            page.Response.Headers["X-Many"] = new StringValues(["one", "two"]);
            page.Response.Headers.Link = "</a>; rel=next";
            return Task.FromResult<IActionResult>(page.Page());
        });
        using var browser = site.Browse();

        using var response = await (await browser.SubmitAsync("/Work")).OpenResultAsync();

        response.Headers.GetValues("X-Many").ShouldBe(["one", "two"]);
        response.Header("Link").ShouldBe("</a>; rel=next");
    }

    [Fact]
    public async Task Cookies_OfARun_AreSetByTheFirstGetOnly()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            page.Response.Cookies.Append("first", "1");
            page.Response.Cookies.Append("second", "2");
            return Task.FromResult<IActionResult>(page.Content("done"));
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        using var head = await browser.SendAsync(HttpMethod.Head, submitted.Result, null);
        using var first = await browser.GetAsync(submitted.Result);
        using var second = await browser.GetAsync(submitted.Result);

        head.Headers.Contains("Set-Cookie").ShouldBeFalse();
        first.Headers.GetValues("Set-Cookie").ShouldBe(["first=1; path=/", "second=2; path=/"]);
        second.Headers.Contains("Set-Cookie").ShouldBeFalse();
        (await second.TextAsync(HttpStatusCode.OK)).ShouldBe("done");
    }

    [Fact]
    public async Task Result_WithCookiesWhileTheStoreCannotBeWritten_IsServedWithoutThem()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = CountingStore.Install;
            setup.Run = (page, _, _) =>
            {
                page.Response.Cookies.Append("first", "1");
                return Task.FromResult<IActionResult>(page.Content("done"));
            };
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        CountingStore.Of(site).Fails = nameof(IProcessStore.MarkServedAsync);
        using var meanwhile = await browser.GetAsync(submitted.Result);
        CountingStore.Of(site).Fails = null;
        using var first = await browser.GetAsync(submitted.Result);

        (await meanwhile.TextAsync(HttpStatusCode.OK)).ShouldBe("done");
        meanwhile.Headers.Contains("Set-Cookie").ShouldBeFalse();
        first.Headers.GetValues("Set-Cookie").ShouldBe(["first=1; path=/"]);
    }

    [Fact]
    public async Task HeadersOfTheConnection_InARun_AreDropped()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            foreach (var name in (string[])["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Proxy-Authenticate", "Trailer"])
                page.Response.Headers[name] = "made-up";
            page.Response.Headers.ContentLength = 999;
            page.Response.Headers["X-Own"] = "kept";
            return Task.FromResult<IActionResult>(new StatusCodeResult(202));
        });
        using var browser = site.Browse();

        using var response = await (await browser.SubmitAsync("/Work")).OpenResultAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.Concat(response.Content.Headers).SelectMany(header => header.Value).ShouldNotContain("made-up");
        response.Header("X-Own").ShouldBe("kept");
        response.Content.Headers.ContentLength.ShouldBe(0);
    }

    [Theory]
    [InlineData("a\r\nSet-Cookie: evil=1")]
    [InlineData("a\0b")]
    [InlineData("ü")]
    public async Task HeaderValue_ThatCannotBeSent_FailsTheProcessWithTheReason(string value)
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            page.Response.Headers["X-Bad"] = value;
            return Task.FromResult<IActionResult>(page.Content("done"));
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");
        using var response = await submitted.OpenResultAsync();

        await response.TextAsync(HttpStatusCode.InternalServerError);
        response.Headers.Contains("X-Bad").ShouldBeFalse();
        site.Log.Entries.Single(entry => entry.Exception is not null).Exception!.Message.ShouldContain("The response header X-Bad contains the character U+00");
    }

    [Theory]
    [InlineData(100_000, "succeeded")]
    [InlineData(100_001, "failed")]
    public async Task Body_UpToAndOverTheLimit_IsKeptOrFailsTheProcess(int length, string state)
    {
        await using var site = await Site.StartAsync(
            (page, _, _) => Task.FromResult<IActionResult>(page.File(new byte[length], "application/octet-stream")),
            options => options.MaxResultBytes = 100_000);
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.EndAsync()).ShouldBe(state);
        using var response = await browser.GetAsync(submitted.Result);
        if (state == "failed")
            (await response.TextAsync(HttpStatusCode.InternalServerError)).ShouldContain("The work ran, but its result is larger than this site can keep.");
        else
            (await response.Content.ReadAsByteArrayAsync()).Length.ShouldBe(length);
    }

    [Fact]
    public async Task Stream_WrittenByTheRunItself_KeepsItsOrder()
    {
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            page.Response.ContentType = "text/plain";
            page.Response.OnStarting(() =>
            {
                page.Response.Headers["X-Starting"] = "ran";
                return Task.CompletedTask;
            });
            await page.Response.WriteAsync("one ", token);
            "two "u8.CopyTo(page.Response.BodyWriter.GetSpan(4));
            page.Response.BodyWriter.Advance(4);
            await page.Response.Body.WriteAsync("three"u8.ToArray(), token);
            return new EmptyResult();
        });
        using var browser = site.Browse();

        using var response = await (await browser.SubmitAsync("/Work")).OpenResultAsync();

        (await response.TextAsync(HttpStatusCode.OK)).ShouldBe("one two three");
        response.Header("X-Starting").ShouldBe("ran");
    }

    [Fact]
    public async Task Result_OpenedAgain_IsTheSameWithoutAnotherRun()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            ((WorkModel)page).Outcome = Guid.NewGuid().ToString();
            return Task.FromResult<IActionResult>(page.Page());
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        var first = await submitted.ReadResultAsync();
        var second = await submitted.ReadResultAsync();

        second.ShouldBe(first);
        first.ShouldContain("id=\"layout\"");
        site.Script.Runs.ShouldBe(1);
    }
}
