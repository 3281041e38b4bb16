using AsyncViews.Answers;
using AsyncViews.Capture;
using AsyncViews.Progress;
using AsyncViews.Running;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace AsyncViews.Pages;

/// <summary>Requests that a waiting page makes by itself, without its person: what authentication must know of them.</summary>
internal static class PollRequest
{
    public static bool Is(HttpContext context) =>
        LibraryPage.Is(context, MyProcessesEndpoint.Name)
            ? context.Request.Headers.ContainsKey(CompletedEndpoint.HtmxRequest)
            : HasProcesses(context) && PageRequest.HandlerName(context.Request)?.ToLowerInvariant() is "completed" or "processing";

    private static bool HasProcesses(HttpContext context) =>
        LibraryPage.Is(context, JobsEndpoint.Name)
        || (context.GetEndpoint()?.Metadata.GetMetadata<CompiledPageActionDescriptor>() is { } page && ProcessPages.Contain(page));
}

/// <summary>Waiting must not keep a session alive that would have ended: polls do not renew a sliding cookie.</summary>
internal sealed class PollsRenewNoSession : IPostConfigureOptions<CookieAuthenticationOptions>
{
    public void PostConfigure(string? name, CookieAuthenticationOptions options)
    {
        var check = options.Events.OnCheckSlidingExpiration;
        options.Events.OnCheckSlidingExpiration = async context =>
        {
            await check(context);
            if (PollRequest.Is(context.HttpContext))
                context.ShouldRenew = false;
        };
    }
}

/// <summary>Answers the poll of somebody who is signed out by now, or may not look any more, with <see cref="SignedOutResult"/>, whatever the authentication scheme.</summary>
internal sealed class PollChallenge(IAuthorizationMiddlewareResultHandler inner) : IAuthorizationMiddlewareResultHandler
{
    public Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || !context.Request.Headers.ContainsKey(CompletedEndpoint.HtmxRequest) || !PollRequest.Is(context))
            return inner.HandleAsync(next, context, policy, authorizeResult);

        PrivateHeaders.SetAtStart(context);
        SignedOutResult.Write(context, authorizeResult.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized);
        return Task.CompletedTask;
    }
}
