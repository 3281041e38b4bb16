using System.Net;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace AsyncViews.Tests.Running.Replay;

/// <summary>A run reads the session as its POST had it; TempData that lives there reaches the next page.</summary>
public class SessionTests
{
    [Fact]
    public async Task Session_OfThePost_IsReadInTheRun()
    {
        var gate = new Gate();
        await using var site = await StartAsync(async (page, _, token) =>
        {
            await gate.PassAsync(token);
            return page.Content($"{page.HttpContext.Session.GetString("cart")} {page.HttpContext.Session.GetString("none")}{page.HttpContext.Session.Keys.Count()}");
        });
        using var browser = site.Browse();
        (await browser.GetAsync("/session?cart=shoes")).Dispose();

        var submitted = await browser.SubmitAsync("/Work");
        (await browser.GetAsync("/session?cart=hats")).Dispose();
        gate.Open();

        (await submitted.ReadResultAsync()).ShouldBe("shoes 1");
    }

    /// <summary>No browser is there then, and a layout that looks into the session must not fail the work that was done.</summary>
    [Fact]
    public async Task Session_OfWhatAnOperatorSendsAgain_IsEmpty()
    {
        var isBroken = true;
        await using var site = await StartAsync((page, _, _) => isBroken
            ? throw new ArithmeticException()
            : Task.FromResult<IActionResult>(page.Content($"cart: {page.HttpContext.Session.GetString("cart") ?? "empty"}")));
        using var browser = site.Browse();
        (await browser.GetAsync("/session?cart=shoes")).Dispose();
        var submitted = await browser.SubmitAsync("/Work");
        (await submitted.EndAsync()).ShouldBe("failed");
        isBroken = false;

        var again = await site.Processes.SendAgainAsync(submitted.Id, TestContext.Current.CancellationToken);

        await Eventually.BeTrueAsync(async () => (await site.Processes.GetStatusAsync(again.Id!.Value))!.IsEnded, "the end");
        (await (await browser.GetAsync(submitted.At("result", again.Id!.Value))).TextAsync(HttpStatusCode.OK)).ShouldBe("cart: empty");
    }

    [Fact]
    public async Task Session_ChangedInTheRun_SaysWhyItCannotBe()
    {
        await using var site = await StartAsync((page, _, _) =>
        {
            page.HttpContext.Session.SetString("cart", "lost");
            return Task.FromResult<IActionResult>(page.Content(""));
        });
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Work")).EndAsync()).ShouldBe("failed");

        site.Log.Entries.Single(entry => entry.Exception is InvalidOperationException).Exception!.Message.ShouldContain(nameof(ISubmissionFeature));
    }

    [Theory]
    [InlineData("/Work")]
    [InlineData("/Bound")]
    public async Task TempData_OfTheRun_ReachesThePageThatTheRedirectLeadsTo(string path)
    {
        await using var site = await StartAsync((page, _, _) =>
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

    [Fact]
    public async Task TempData_OfTheRun_IsLeftOnceAndOverwritesNothingThatCameMeanwhile()
    {
        await using var site = await StartAsync((page, _, _) =>
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

    [Fact]
    public async Task TempData_ThatTheRunRead_IsGoneWithItsResult()
    {
        await using var site = await StartAsync((page, _, _) => Task.FromResult<IActionResult>(page.Content($"{page.TempData["Flash"]}")));
        using var browser = site.Browse();
        (await browser.GetAsync("/flash?Flash=before&kept=1")).Dispose();

        (await (await browser.SubmitAsync("/Work")).ReadResultAsync()).ShouldBe("before");

        using var flash = await browser.GetAsync("/flash");
        (await flash.TextAsync(HttpStatusCode.OK)).ShouldBe("kept=1");
    }

    [Fact]
    public async Task TempData_InTheSession_WorksWithoutASessionAtThePost()
    {
        await using var site = await StartAsync((page, _, _) =>
        {
            page.TempData["text"] = "first";
            return Task.FromResult<IActionResult>(new RedirectResult("/flash"));
        });
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Work")).OpenResultAsync()).Dispose();

        using var flash = await browser.GetAsync("/flash");
        (await flash.TextAsync(HttpStatusCode.OK)).ShouldBe("text=first");
    }

    private static Task<Site> StartAsync(Run run) => Site.StartAsync(setup =>
    {
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
