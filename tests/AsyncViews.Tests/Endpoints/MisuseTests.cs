using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;

namespace AsyncViews.Tests.Endpoints;

/// <summary>Mistakes are named where they are made, with how to mend them.</summary>
public class MisuseTests
{
    [Theory]
    [InlineData("OwnPost", "OnPost beside its RunAsync", "Rename OnPost to RunAsync(ProcessContext process, CancellationToken cancellationToken)")]
    [InlineData("OwnPostWithParameters", "OnPostAsync", "to keep its parameters, mark it with [AsyncHandler]")]
    [InlineData("Nothing", "has neither a RunAsync nor a handler with [AsyncHandler]", "Rename OnPost to RunAsync")]
    [InlineData("Unmarked", "OnPostExport, which takes a ProcessContext", "Mark it with [AsyncHandler].")]
    [InlineData("ProcessInHelper", "OnRowImported, which takes a ProcessContext", "Leave the parameter out, make the method non-public, or mark it with [NonHandler].")]
    [InlineData("ProcessInPlain", "OnPost, which takes a ProcessContext", "Derive ProcessInPlainModel from AsyncPageModel, and mark the method with [AsyncHandler].")]
    [InlineData("MarkedGet", "OnGetExport, which is not a POST handler", "Name it OnPostAsync, or OnPost{Name}Async")]
    [InlineData("MarkedPlain", "OnPost", "Derive MarkedPlainModel from AsyncPageModel.")]
    [InlineData("OwnGetResult", "OnGetResult", "belong to AsyncPageModel. Choose another name.")]
    public async Task Handler_ThatTakesTheLibrarysPlace_StopsTheStart(string page, string handler, string advice)
    {
        var start = Site.StartAsync(setup => setup.Misuse = page);

        var exception = await Should.ThrowAsync<InvalidOperationException>(start);

        exception.Message.ShouldContain($"/Misuse/{page}");
        exception.Message.ShouldContain(handler);
        exception.Message.ShouldContain(advice);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task AddAsyncViews_Forgotten_SaysSoAndHowToMendIt(string method)
    {
        await using var site = await Site.StartAsync(setup => setup.AddAsyncViews = false);
        using var browser = site.Browse();

        using var response = await browser.SendAsync(new HttpMethod(method), "/Work", null);

        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        var message = site.Log.Entries.First(entry => entry.Exception is not null).Exception!.Message;
        message.ShouldContain("/Work");
        message.ShouldContain("Add builder.Services.AddAsyncViews();");
    }

    [Fact]
    public async Task Start_WithAPageThatBindsWhatIsNeverCaptured_WarnsOfIt()
    {
        await using var site = await Site.StartAsync(setup => setup.Misuse = "SecretHeader");

        var warnings = site.Log.Entries.Where(entry => entry.Level == LogLevel.Warning && entry.Message.Contains("/Misuse/SecretHeader")).Select(entry => entry.Message).ToArray();
        warnings.Length.ShouldBe(2);
        warnings.ShouldContain(warning => warning.Contains("binds the header authorization"));
        warnings.ShouldContain(warning => warning.Contains("binds the header Cookie"));
    }

    /// <summary>It would answer the polls of people who are signed out, which know nothing of sign-in pages.</summary>
    [Fact]
    public async Task AuthorizationHandler_RegisteredLater_StopsTheStart()
    {
        var start = Site.StartAsync(setup => setup.Services = services => services.AddSingleton<IAuthorizationMiddlewareResultHandler, Redirecting>());

        (await Should.ThrowAsync<InvalidOperationException>(start)).Message.ShouldStartWith("Register your IAuthorizationMiddlewareResultHandler before AddAsyncViews().");
    }

    [Fact]
    public async Task AuthorizationHandler_RegisteredBefore_AnswersAllButPolls()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.AddAsyncViews = false;
            setup.Services = services => services.AddSingleton<IAuthorizationMiddlewareResultHandler, Redirecting>().AddAsyncViews();
        });
        using var browser = site.Browse();

        using var poll = await browser.GetAsync($"/Guarded?handler=completed&process_id={ProcessId.New()}", ("HX-Request", "true"));
        using var page = await browser.GetAsync("/Guarded");

        (poll.StatusCode, poll.Header("HX-Refresh")).ShouldBe((HttpStatusCode.Unauthorized, "true"));
        (page.StatusCode, page.Header("Location")).ShouldBe((HttpStatusCode.Redirect, "/own-login"));
    }

    private sealed class Redirecting : IAuthorizationMiddlewareResultHandler
    {
        public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
        {
            if (authorizeResult.Succeeded)
                return next(context);

            context.Response.Redirect("/own-login");
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Option_OutOfItsRange_StopsTheStart()
    {
        var start = Site.StartAsync(setup => setup.Options = options => options.MaxConcurrentRuns = 0);

        var exception = await Should.ThrowAsync<Microsoft.Extensions.Options.OptionsValidationException>(start);

        exception.Message.ShouldContain(nameof(AsyncViewsOptions.MaxConcurrentRuns));
    }

    [Theory]
    [InlineData("Production", true)]
    [InlineData("Development", false)]
    public async Task Start_WithNoDurableStore_WarnsOutsideDevelopment(string environment, bool warns)
    {
        await using var site = await Site.StartAsync(setup => setup.Environment = environment);

        site.Log.Entries.Any(entry => entry.Message.Contains("keeps its processes in memory")).ShouldBe(warns);
    }
}
