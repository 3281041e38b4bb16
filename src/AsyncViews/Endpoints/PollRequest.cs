using AsyncViews.Http;
using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Endpoints;

/// <summary>Requests that a page makes by itself, without its person: what authentication must know of them.</summary>
internal static class PollRequest
{
    /// <summary>Without JavaScript, the browser reloads such a page by itself. So only the requests of its buttons are known to be a person's.</summary>
    public static bool Is(HttpContext context) =>
        context.GetEndpoint().IsNamed(EndpointNames.MyProcesses)
            || context.GetEndpoint().IsNamed(EndpointNames.Admin) || context.GetEndpoint().IsNamed(EndpointNames.AdminProcess)
            ? !HttpMethods.IsPost(context.Request.Method)
            : (HasProcesses(context) && RequestedHandler.Is(context.Request, HandlerNames.Completed, HandlerNames.Processing))
                || (context.GetEndpoint().IsNamed(EndpointNames.Jobs) && RequestedHandler.Is(context.Request, HandlerNames.Group));

    /// <summary>
    /// Has a poll that was refused answered with <see cref="SignedOutResult"/>, and leads no script to a page where a person would
    /// sign in. Nothing happens to any other answer.
    /// </summary>
    /// <param name="context">A request that has been answered.</param>
    /// <param name="redirected">The status in the place of a redirect to such a page.</param>
    public static void Refuse(HttpContext context, int redirected = StatusCodes.Status403Forbidden)
    {
        var response = context.Response;
        if (response.HasStarted || response.StatusCode is not (StatusCodes.Status302Found or StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden))
            return;

        var status = response.StatusCode == StatusCodes.Status302Found ? redirected : response.StatusCode;
        if (RequestKind.IsHtmx(context.Request) && Is(context))
        {
            PrivateHeaders.SetAtStart(context);
            SignedOutResult.Write(context, status);
        }
        else if (IsScripts(context) && status != response.StatusCode)
        {
            response.StatusCode = status;
            PollAnswer.KeepFromStatusPages(context);
        }
        else
        {
            return;
        }

        response.Headers.Remove(HeaderNames.Location);
    }

    /// <summary>Returns whether a script asks for something of a page, or of a process.</summary>
    public static bool IsScripts(HttpContext context) => HasProcesses(context) && RequestKind.IsScript(context.Request);

    private static bool HasProcesses(HttpContext context) =>
        context.GetEndpoint().IsNamed(EndpointNames.Jobs)
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
            if (PollRequest.Is(context.HttpContext) && RequestKind.WantsUpdates(context.HttpContext.Request))
                context.ShouldRenew = false;
        };
    }
}

/// <summary>
/// Answers the poll of somebody who is signed out by now, or may not look any more, with <see cref="SignedOutResult"/>, whatever
/// the authentication scheme, and leads no script to a page where a person would sign in.
/// </summary>
internal sealed class PollChallenge(IAuthorizationMiddlewareResultHandler inner) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        var statusCode = authorizeResult.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
        if (!authorizeResult.Succeeded && RequestKind.IsHtmx(context.Request) && PollRequest.Is(context))
        {
            PrivateHeaders.SetAtStart(context);
            SignedOutResult.Write(context, statusCode);
            return;
        }

        await inner.HandleAsync(next, context, policy, authorizeResult);
        if (!authorizeResult.Succeeded)
            PollRequest.Refuse(context, statusCode);
    }
}
