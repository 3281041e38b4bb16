using System.Collections.Concurrent;
using System.Net;
using System.Security.Principal;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace AsyncViews.Tests.Running.Replay;

/// <summary>The surroundings of a page are there in a run, or say why they are not.</summary>
public class PageServicesTests
{
    [Fact]
    public async Task User_WhoSubmitted_IsTheRunsWithAllClaims()
    {
        await using var site = await Site.StartAsync((page, _, _) => Task.FromResult<IActionResult>(page.Content(
            $"{page.User.Identity!.IsAuthenticated} {page.User.Identity.Name} {page.User.HasClaim("staff", "yes")} {page.HttpContext.Connection.RemoteIpAddress}")));
        using var browser = site.Browse();
        await browser.SignInAsync("ann", staff: true);

        var submitted = await browser.SubmitAsync("/StaffOnly");

        (await submitted.ReadResultAsync()).ShouldBe("True ann True 127.0.0.1");
    }

    [Fact]
    public async Task User_OfAnotherClass_IsTheRunsAsItWas()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Middleware = app => app.Use(next => context =>
            {
                context.User = new GenericPrincipal(new GenericIdentity("ann"), ["staff"]);
                return next(context);
            });
            setup.Run = (page, _, _) => Task.FromResult<IActionResult>(page.Content($"{page.User.Identity!.IsAuthenticated} {page.User.Identity.Name} {page.User.IsInRole("staff")}"));
        });
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Guarded")).ReadResultAsync()).ShouldBe("True ann True");
    }

    [Fact]
    public async Task Url_InTheRun_MakesTheAddressesOfThePost()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.PathBase = "/base";
            setup.Run = (page, _, _) => Task.FromResult<IActionResult>(page.Content(
                $"{page.Url.Page("/Work")} {page.Url.Page(null, new { id = 8 })} {page.Url.Page("/Work", null, null, page.Request.Scheme)}"));
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/base/Routed/7/seven");

        (await submitted.ReadResultAsync()).ShouldBe($"/base/Work /base/Routed/8 {site.Root}base/Work");
    }

    [Fact]
    public async Task TempData_FromBeforeThePost_IsReadInTheRunAndOnlyThere()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Run = (page, _, _) =>
            {
                var bound = (BoundModel)page;
                var seen = bound.Flash;
                bound.Flash = "from the run";
                return Task.FromResult<IActionResult>(page.Content($"seen: {seen}"));
            };
            setup.Middleware = app => app.Use(next => context => context.Request.Path == "/flash" ? FlashAsync(context) : next(context));
        });
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Bound");
        (await browser.GetAsync("/flash?set=hello")).Dispose();

        var submitted = await browser.PostAsync("/Bound", Browser.Form(token));
        await submitted.EndAsync();
        using var result = await browser.GetAsync(submitted.Result);

        (await result.TextAsync(HttpStatusCode.OK)).ShouldBe("seen: hello");
        using var afterwards = await browser.GetAsync("/flash");
        (await afterwards.TextAsync(HttpStatusCode.OK)).ShouldBe("from the run");
    }

    [Fact]
    public async Task PageFilter_OfTheApplication_SeesTheHandlersResult()
    {
        var filter = new RecordingFilter();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Run = (page, _, _) => Task.FromResult<IActionResult>(page.Content("done"));
            setup.Pages = pages => pages.Conventions.ConfigureFilter(filter);
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");
        await submitted.ReadResultAsync();

        filter.Seen.ShouldContain("GET PageResult canceled: False");
        filter.Seen.Count(seen => seen == "POST ContentResult canceled: False").ShouldBe(1);
    }

    [Fact]
    public async Task ConstructorInjectionAndAccessors_InTheRun_GiveTheRunsOwn()
    {
        var ids = new List<ProcessId?>();
        await using var site = await Site.StartAsync(async (page, process, _) =>
        {
            var bound = (BoundModel)page;
            await bound.Clerk.WorkAsync(12.5, "from a service");
            ids.AddRange([process.Id, bound.Clerk.Process]);
            return page.Content($"{ReferenceEquals(bound.Contexts.HttpContext, page.HttpContext)} {process.Attempt}");
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Bound", ("Amount", "1"));

        (await submitted.ReadResultAsync()).ShouldBe("True 1");
        ids.ShouldAllBe(id => id == submitted.Id);
        (await site.Processes.GetStatusAsync(submitted.Id))!.Progress.ShouldBe(new ProcessProgress(100, "from a service"));
        site.Services.GetRequiredService<IProcessContextAccessor>().Process.ShouldBeNull();
    }

    [Fact]
    public async Task SubmissionFeature_CarriesWhatMiddlewareHadPutInPlace()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = services => services.AddSingleton<ISubmissionFeature, TenantFeature>();
            setup.Middleware = app => app.Use(next => context =>
            {
                context.Items["tenant"] = "contoso";
                return next(context);
            });
            setup.Run = (page, _, _) => Task.FromResult<IActionResult>(page.Content($"{page.HttpContext.Items["tenant"]}"));
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.ReadResultAsync()).ShouldBe("contoso");
    }

    /// <summary>The connection of a database context, say, is chosen by it.</summary>
    [Fact]
    public async Task SubmissionFeature_ThatFillsAnAsyncLocal_HasItFilledInTheRun()
    {
        var tenant = new AsyncLocal<string>();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = services => services.AddSingleton<ISubmissionFeature>(new AmbientFeature(tenant));
            setup.Middleware = app => app.Use(next => async context =>
            {
                tenant.Value = "contoso";
                await next(context);
            });
            setup.Run = (page, _, _) => Task.FromResult<IActionResult>(page.Content($"{tenant.Value}"));
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.ReadResultAsync()).ShouldBe("restored contoso");
    }

    [Fact]
    public async Task Tokens_AskedForInTheRun_SayWhyTheyAreNotThere()
    {
        await using var site = await Site.StartAsync(async (page, _, _) => page.Content(await page.HttpContext.GetTokenAsync("access_token") ?? "none"));
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Work")).EndAsync()).ShouldBe("failed");

        site.Log.Entries.Single(entry => entry.Exception is InvalidOperationException).Exception!.Message.ShouldContain(nameof(ISubmissionFeature));
    }

    [Fact]
    public async Task SigningOut_InTheRun_SignsOutWithTheFirstGetOfTheResult()
    {
        await using var site = await Site.StartAsync(async (page, _, _) =>
        {
            await page.HttpContext.SignOutAsync();
            return page.Content("bye");
        });
        using var browser = site.Browse();
        (await browser.GetAsync("/Work")).Dispose();
        await browser.SignInAsync("ann");
        var submitted = await browser.SubmitAsync("/Work");
        (await submitted.ReadResultAsync()).ShouldBe("bye");

        using var guarded = await browser.GetAsync("/Guarded");

        guarded.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task RequestAborted_InTheRun_IsTheProcessesToken()
    {
        await using var site = await Site.StartAsync((page, process, token) =>
            Task.FromResult<IActionResult>(page.Content($"{page.HttpContext.RequestAborted == token} {process.CancellationToken == token}")));
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Work")).ReadResultAsync()).ShouldBe("True True");
    }

    [Fact]
    public async Task Authorization_Header_NeverReachesTheRun()
    {
        await using var site = await Site.StartAsync(
            (page, _, _) => Task.FromResult<IActionResult>(page.Content($"{string.Join(",", page.Request.Headers.Keys.Order())} {page.Request.Cookies["kept"]} {page.Request.Cookies["other"]}")),
            options =>
            {
                options.CapturedHeaders.Add("X-Kept");
                options.CapturedHeaders.Add("Authorization");
                options.CapturedCookies.Add("kept");
            });
        using var browser = site.Browse();
        browser.Cookies.Add(site.Root, new Cookie("kept", "yes"));
        browser.Cookies.Add(site.Root, new Cookie("other", "no"));

        var form = Browser.Form(await browser.TokenFieldAsync("/Work"));
        var submitted = await browser.PostAsync("/Work", form, ("X-Kept", "1"), ("X-Other", "1"), ("Authorization", "Bearer secret"));

        (await submitted.ReadResultAsync()).ShouldBe("Accept,Content-Length,Content-Type,Cookie,Host,X-Kept yes ");
    }

    /// <summary>Leaves a message for the next page, or shows the one that is left.</summary>
    private static Task FlashAsync(HttpContext context)
    {
        var data = context.RequestServices.GetRequiredService<ITempDataDictionaryFactory>().GetTempData(context);
        var text = "";
        if (context.Request.Query["set"].ToString() is { Length: > 0 } value)
            data["Flash"] = value;
        else
            text = data["Flash"] as string ?? "nothing";
        data.Save();
        return context.Response.WriteAsync(text);
    }

    private sealed class TenantFeature : ISubmissionFeature
    {
        public void Capture(HttpContext context, IDictionary<string, string> values) => values["tenant"] = (string)context.Items["tenant"]!;

        public void Restore(HttpContext context, IReadOnlyDictionary<string, string> values) => context.Items["tenant"] = values["tenant"];
    }

    private sealed class AmbientFeature(AsyncLocal<string> tenant) : ISubmissionFeature
    {
        public void Capture(HttpContext context, IDictionary<string, string> values) => values["tenant"] = tenant.Value!;

        public void Restore(HttpContext context, IReadOnlyDictionary<string, string> values) => tenant.Value = $"restored {values["tenant"]}";
    }

    private sealed class RecordingFilter : IAsyncPageFilter
    {
        public ConcurrentQueue<string> Seen { get; } = new();

        public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

        public async Task OnPageHandlerExecutionAsync(
            PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
        {
            var executed = await next();
            Seen.Enqueue($"{context.HttpContext.Request.Method} {executed.Result?.GetType().Name} canceled: {executed.Canceled}");
        }
    }
}
