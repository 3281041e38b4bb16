using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Running;

/// <summary>In Development the log names what a run asks for in vain although its POST had it, and how to mend that.</summary>
public class AskedInVainTests
{
    public static TheoryData<string, string, string> Questions => new()
    {
        { "header X-Tenant", "header 'X-Tenant'", nameof(AsyncViewsOptions.CapturedHeaders) },
        { "header contains", "header 'X-Tenant'", nameof(AsyncViewsOptions.CapturedHeaders) },
        { "header property", "header 'Priority'", nameof(AsyncViewsOptions.CapturedHeaders) },
        { "header authorization", "header 'Authorization'", nameof(ISubmissionFeature) },
        { "cookie", "cookie 'basket'", nameof(AsyncViewsOptions.CapturedCookies) },
        { "cookie contains", "cookie 'basket'", nameof(AsyncViewsOptions.CapturedCookies) },
        { "item", "key of HttpContext.Items 'tenant'", nameof(ISubmissionFeature) },
        { "item of a type", $"key of HttpContext.Items '{typeof(Tenant).FullName}'", nameof(ISubmissionFeature) },
    };

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Run_ThatAsksForWhatItsPostHad_IsToldOnceWhatToDo(string question, string named, string remedy)
    {
        await using var site = await StartAsync("Development", question);

        await SubmitAsync(site);
        await SubmitAsync(site);

        var message = Said(site).ShouldHaveSingleItem();
        message.ShouldContain(named);
        message.ShouldContain(remedy);
        message.ShouldContain("/Work");
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Run_InProduction_SaysNothing(string question, string named, string remedy)
    {
        await using var site = await StartAsync("Production", question);

        await SubmitAsync(site);

        Said(site).ShouldBeEmpty($"{named} {remedy}");
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("other header")]
    [InlineData("other cookie")]
    [InlineData("other item")]
    [InlineData("own item")]
    [InlineData("kept")]
    public async Task Run_ThatAsksForNothingOfIt_IsNotTold(string question)
    {
        await using var site = await StartAsync("Development", question);

        await SubmitAsync(site);

        Said(site).ShouldBeEmpty();
    }

    private static IEnumerable<string> Said(Site site) => site.Log.Entries.Where(entry => entry.Message.Contains("asked for the")).Select(entry => entry.Message);

    private static async Task SubmitAsync(Site site)
    {
        using var browser = site.Browse();
        browser.Cookies.Add(site.Root, new Cookie("basket", "shoes"));
        browser.Cookies.Add(site.Root, new Cookie("kept", "yes"));
        var token = await browser.TokenAsync("/Work");
        var submitted = await browser.PostAsync(
            "/Work", Browser.Form(), ("RequestVerificationToken", token), ("X-Tenant", "one"), ("X-Kept", "yes"), ("Priority", "u=1"), ("Authorization", "Basic eDp5"), ("HX-Request", "true"), ("Prefer", "x"));
        (await submitted.EndAsync()).ShouldBe("succeeded");
    }

    private static Task<Site> StartAsync(string environment, string question) => Site.StartAsync(setup =>
    {
        setup.Environment = environment;
        setup.Options = options =>
        {
            options.CapturedHeaders.Add("X-Kept");
            options.CapturedCookies.Add("kept");
        };
        setup.Middleware = app => app.Use((context, next) =>
        {
            context.Items["tenant"] = "one";
            context.Items[typeof(Tenant)] = new Tenant();
            return next(context);
        });
        setup.Run = (page, _, _) =>
        {
            Ask(page.HttpContext, question);
            page.TempData["said"] = page.Url.Page("/Work");
            return Task.FromResult<IActionResult>(page.Page());
        };
    });

    private static void Ask(HttpContext context, string question)
    {
        var request = context.Request;
        object? answer = question switch
        {
            "header X-Tenant" => request.Headers["x-tenant"].FirstOrDefault(),
            "header contains" => request.Headers.ContainsKey("X-Tenant") ? "" : null,
            "header property" => request.Headers["Priority"].FirstOrDefault(),
            "header authorization" => request.GetTypedHeaders().Headers.Authorization.FirstOrDefault(),
            "cookie" => request.Cookies["basket"],
            "cookie contains" => request.Cookies.ContainsKey("basket") ? "" : null,
            "item" => context.Items["tenant"],
            "item of a type" => context.Items.TryGetValue(typeof(Tenant), out var tenant) ? tenant : null,
            "other header" => request.Headers["X-Other"].FirstOrDefault(),
            "other cookie" => request.Cookies["other"],
            "other item" => context.Items["other"],
            "own item" => Own(context),
            "kept" => request.Headers["X-Kept"] == "yes" && request.Cookies["kept"] == "yes" ? null : "",
            _ => null,
        };
        answer.ShouldBeNull();
    }

    private static string? Own(HttpContext context)
    {
        context.Items["tenant"] = "mine";
        return Equals(context.Items["tenant"], "mine") ? null : "";
    }

    private sealed class Tenant;
}
