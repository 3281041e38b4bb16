using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Running.Replay;

/// <summary>
/// Authentication as a run sees it: no tokens and no properties, which are not captured. A scheme that is asked for by name
/// finds no credentials. Outside a run, the application's own.
/// </summary>
internal sealed class RunAuthentication(IAuthenticationService inner) : IAuthenticationService
{
    public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        // GetTokenAsync and AuthenticateAsync without a scheme are after what is behind the user.
        return scheme is not null || context.Features.Get<ProcessContext>() is null
            ? inner.AuthenticateAsync(context, scheme)
            : throw new InvalidOperationException(
                "Authentication tokens and properties are not available in a run, which may take place after they have expired. " +
                $"Carry what you need with an {nameof(ISubmissionFeature)}.");
    }

    public Task ChallengeAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ChallengeAsync(context, scheme, properties);

    public Task ForbidAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.ForbidAsync(context, scheme, properties);

    public Task SignInAsync(HttpContext context, string? scheme, ClaimsPrincipal principal, AuthenticationProperties? properties) =>
        inner.SignInAsync(context, scheme, principal, properties);

    public Task SignOutAsync(HttpContext context, string? scheme, AuthenticationProperties? properties) =>
        inner.SignOutAsync(context, scheme, properties);
}
