using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Authorization;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Tests.Endpoints;

/// <summary>MVC's authorization filters of a page guard its processes, as they guard the page.</summary>
public class PageGuardTests
{
    public static TheoryData<string> Kinds => ["sync", "async", "service", "type", "factory", "policy"];

    [Theory, MemberData(nameof(Kinds))]
    public async Task Guard_ThatClosed_ShutsEveryAddress(string kind)
    {
        var (door, run) = await StartAsync(kind);
        await using var held = run;
        var (browser, submitted) = (run.Browser, run.Submitted);
        var token = await browser.TokenFieldAsync("/Work");
        var poll = await run.PollAddressAsync();

        door.IsOpen = false;

        foreach (var handler in (string[])["processing", "completed", "result"])
        {
            using var answer = await browser.GetAsync(submitted.At(handler));
            answer.StatusCode.ShouldBe(kind == "policy" ? HttpStatusCode.Found : HttpStatusCode.Forbidden, handler);
            using var json = await browser.GetAsync(submitted.At(handler), ("Accept", "application/json"));
            json.StatusCode.ShouldBeOneOf(HttpStatusCode.Forbidden, HttpStatusCode.Unauthorized);
            (await json.Content.ReadAsStringAsync()).ShouldNotContain("state");
        }

        foreach (var handler in (string[])["cancel", "again"])
        {
            using var answer = await browser.SendAsync(HttpMethod.Post, submitted.At(handler), Browser.Form(token));
            answer.StatusCode.ShouldBe(kind == "policy" ? HttpStatusCode.Found : HttpStatusCode.Forbidden, handler);
        }

        using var polled = await run.PollAsync(poll);
        polled.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        polled.Header("HX-Refresh").ShouldBe("true");
        polled.Header("AsyncViews-Answer").ShouldBe("poll");
        run.Process.CancellationToken.IsCancellationRequested.ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Guard_ThatIsOpen_IsAskedOnceAndLetsPass(string kind)
    {
        var (door, run) = await StartAsync(kind);
        await using var held = run;
        var (browser, submitted) = (run.Browser, run.Submitted);
        var token = await browser.TokenFieldAsync("/Work");
        var poll = await run.PollAddressAsync();

        door.Asked = 0;
        using (var answer = await run.PollAsync(poll))
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await submitted.StatusAsync()).GetProperty("state").GetString().ShouldBe("running");
        using (var tokenless = await browser.SendAsync(HttpMethod.Post, submitted.Cancel, Browser.Form()))
            tokenless.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        run.Process.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        using (var answer = await browser.SendAsync(HttpMethod.Post, submitted.Cancel, Browser.Form(token)))
            answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        door.Asked.ShouldBe(4);

        (await submitted.EndAsync()).ShouldBe("canceled");
        using var result = await browser.GetAsync(submitted.Result);
        result.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private static async Task<(Door Door, HeldRun Run)> StartAsync(string kind)
    {
        var door = new Door();
        var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Services = services =>
            {
                services.AddSingleton(door).AddSingleton<ServiceGuard>();
                services.AddAuthorizationBuilder().AddPolicy("Door", policy => policy.RequireAssertion(_ => door.Ask()));
            };
            setup.Pages = pages => pages.Conventions.ConfigureFilter(kind switch
            {
                "sync" => new SyncGuard(door),
                "async" => new AsyncGuard(door),
                "service" => new ServiceFilterAttribute(typeof(ServiceGuard)),
                "type" => new TypeFilterAttribute(typeof(ServiceGuard)),
                "factory" => new GuardFactory(),
                _ => new AuthorizeFilter("Door"),
            });
        });
        return (door, run);
    }

    private sealed class Door
    {
        public bool IsOpen { get; set; } = true;

        public int Asked { get; set; }

        public bool Ask()
        {
            Asked++;
            return IsOpen;
        }

        public void Guard(AuthorizationFilterContext context)
        {
            if (!Ask())
                context.Result = new StatusCodeResult(StatusCodes.Status403Forbidden);
        }
    }

    private sealed class SyncGuard(Door door) : IAuthorizationFilter
    {
        public void OnAuthorization(AuthorizationFilterContext context) => door.Guard(context);
    }

    private sealed class AsyncGuard(Door door) : IAsyncAuthorizationFilter
    {
        public async Task OnAuthorizationAsync(AuthorizationFilterContext context)
        {
            await Task.Yield();
            door.Guard(context);
        }
    }

    private sealed class ServiceGuard(Door door) : IAuthorizationFilter
    {
        public void OnAuthorization(AuthorizationFilterContext context) => door.Guard(context);
    }

    private sealed class GuardFactory : IFilterFactory
    {
        public bool IsReusable => true;

        public IFilterMetadata CreateInstance(IServiceProvider serviceProvider) => serviceProvider.GetRequiredService<ServiceGuard>();
    }
}
