using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Running.Replay;

/// <summary>A run reads the session as its POST had it, and cannot change it.</summary>
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

    private static Task<Site> StartAsync(Run run) => Site.StartAsync(setup =>
    {
        setup.Endpoints = app => app.MapGet("/session", (HttpContext context) => context.Session.SetString("cart", context.Request.Query["cart"].ToString()));
        setup.Run = run;
    });
}
