using System.Net;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace AsyncViews.Tests.Running.Replay;

/// <summary>TempData passes from one page to the next through a run, wherever it is kept.</summary>
public class TempDataTests
{
    [Theory]
    [InlineData("/Work", "cookie")]
    [InlineData("/Bound", "cookie")]
    [InlineData("/Work", "session")]
    [InlineData("/Bound", "session")]
    public async Task TempData_OfTheRun_ReachesThePageThatTheRedirectLeadsTo(string path, string keptIn)
    {
        await using var site = await StartAsync(keptIn, (page, _, _) =>
        {
            page.TempData["text"] = $"saved, after {(page is BoundModel bound ? bound.Flash : page.TempData["Flash"])}";
            page.TempData["number"] = 7;
            return Task.FromResult<IActionResult>(new RedirectResult("/flash"));
        });
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync(path);
        (await browser.GetAsync("/flash?Flash=before&kept=1")).Dispose();

        var submitted = await browser.PostAsync(path, Browser.Form(token));
        await submitted.EndAsync();
        (await browser.GetAsync("/flash?meanwhile=other")).Dispose();
        (await browser.GetAsync("/session?cart=meanwhile")).Dispose();
        using var result = await browser.GetAsync(submitted.Result);

        result.Header("Location").ShouldBe("/flash");
        // A redirect keeps what was read, as on every page.
        using var flash = await browser.GetAsync("/flash");
        (await flash.TextAsync(HttpStatusCode.OK)).ShouldBe("Flash=before;kept=1;meanwhile=other;number=7;text=saved, after before");
        using var session = await browser.GetAsync("/session");
        (await session.TextAsync(HttpStatusCode.OK)).ShouldBe("meanwhile");
    }

    [Theory]
    [InlineData("cookie")]
    [InlineData("session")]
    public async Task TempData_OfTheRun_IsLeftOnceAndOverwritesNothingThatCameMeanwhile(string keptIn)
    {
        await using var site = await StartAsync(keptIn, (page, _, _) =>
        {
            _ = page.TempData["Flash"];
            page.TempData["text"] = "saved";
            return Task.FromResult<IActionResult>(page.Content("done"));
        });
        using var browser = site.Browse();
        (await browser.GetAsync("/flash?Flash=before")).Dispose();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();
        (await browser.GetAsync("/flash?Flash=newer")).Dispose();

        (await submitted.ReadResultAsync()).ShouldBe("done");

        using var flash = await browser.GetAsync("/flash");
        (await flash.TextAsync(HttpStatusCode.OK)).ShouldBe("Flash=newer;text=saved");
        (await submitted.ReadResultAsync()).ShouldBe("done");
        using var again = await browser.GetAsync("/flash");
        (await again.TextAsync(HttpStatusCode.OK)).ShouldBe("");
    }

    [Theory]
    [InlineData("cookie")]
    [InlineData("session")]
    public async Task TempData_ThatTheRunRead_IsGoneWithItsResult(string keptIn)
    {
        await using var site = await StartAsync(keptIn, (page, _, _) => Task.FromResult<IActionResult>(page.Content($"{page.TempData["Flash"]}")));
        using var browser = site.Browse();
        (await browser.GetAsync("/flash?Flash=before&kept=1")).Dispose();

        (await (await browser.SubmitAsync("/Work")).ReadResultAsync()).ShouldBe("before");

        using var flash = await browser.GetAsync("/flash");
        (await flash.TextAsync(HttpStatusCode.OK)).ShouldBe("kept=1");
    }

    [Fact]
    public async Task TempData_InTheSession_WorksWithoutASessionAtThePost()
    {
        await using var site = await StartAsync("session", (page, _, _) =>
        {
            page.TempData["text"] = "first";
            return Task.FromResult<IActionResult>(new RedirectResult("/flash"));
        });
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Work")).OpenResultAsync()).Dispose();

        using var flash = await browser.GetAsync("/flash");
        (await flash.TextAsync(HttpStatusCode.OK)).ShouldBe("text=first");
    }

    private static Task<Site> StartAsync(string keptIn, Run run) => Site.StartAsync(setup =>
    {
        if (keptIn == "session")
            setup.Services = services => services.AddRazorPages().AddSessionStateTempDataProvider();
        setup.Endpoints = app =>
        {
            app.MapGet("/flash", FlashAsync);
            app.MapGet("/session", (HttpContext context) =>
            {
                if (context.Request.Query["cart"].ToString() is { Length: > 0 } cart)
                    context.Session.SetString("cart", cart);
                return context.Session.GetString("cart");
            });
        };
        setup.Run = run;
    });

    /// <summary>Leaves what the query says for the next page, or shows what is left, and keeps nothing.</summary>
    private static Task FlashAsync(HttpContext context)
    {
        var data = context.RequestServices.GetRequiredService<ITempDataDictionaryFactory>().GetTempData(context);
        foreach (var (key, value) in context.Request.Query)
            data[key] = value.ToString();
        var shown = context.Request.Query.Count > 0 ? "" : string.Join(';', data.Keys.Order(StringComparer.Ordinal).Select(key => $"{key}={data.Peek(key)}"));
        if (context.Request.Query.Count == 0)
            data.Clear();
        data.Save();
        return context.Response.WriteAsync(shown);
    }
}
