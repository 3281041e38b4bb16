using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Running;

/// <summary>
/// Authentication as a run sees it: the captured user, whichever scheme is asked for, and no tokens. Outside a run, the
/// application's own.
/// </summary>
internal sealed class RunAuthentication(IAuthenticationService inner) : IAuthenticationService
{
    public Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        if (context.Features.Get<ProcessContext>() is null)
            return inner.AuthenticateAsync(context, scheme);

        // GetTokenAsync and AuthenticateAsync without a scheme are after what is behind the user: tokens and properties.
        return scheme is not null
            ? Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(context.User, scheme)))
            : throw new InvalidOperationException(
                "Authentication tokens and properties are not there in a run, which may take place when they have expired. " +
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
