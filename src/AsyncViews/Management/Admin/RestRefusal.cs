using AsyncViews.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Management.Admin;

/// <summary>Gives a 401 or 403 at the operator's addresses for scripts a problem as its body, unless the authentication scheme has written one or redirects.</summary>
internal sealed class RestRefusal(IAuthorizationMiddlewareResultHandler inner) : IAuthorizationMiddlewareResultHandler
{
    public async Task HandleAsync(RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        await inner.HandleAsync(next, context, policy, authorizeResult);
        if (authorizeResult.Succeeded || context.GetEndpoint()?.Metadata.GetMetadata<RestAddress>() is null
            || context.Response is { HasStarted: true } or { ContentType: not null } or { ContentLength: > 0 })
            return;

        var refusal = context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => RestEndpoints.Refuse(StatusCodes.Status401Unauthorized, "signed-out", "The request has no valid credentials."),
            StatusCodes.Status403Forbidden => RestEndpoints.Refuse(StatusCodes.Status403Forbidden, "forbidden", "The caller may not do this."),
            _ => null,
        };
        if (refusal is null)
            return;

        PrivateHeaders.SetAtStart(context);
        await refusal.ExecuteAsync(context);
    }
}

/// <summary>Marks the operator's addresses for scripts.</summary>
internal sealed class RestAddress;
