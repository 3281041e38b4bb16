using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Running.Replay;

/// <summary>
/// Evaluates the policies of filters in a run: for the captured user, since what the policies' schemes would ask for is not
/// captured. Outside a run, the application's own.
/// </summary>
internal sealed class RunPolicies(IPolicyEvaluator inner) : IPolicyEvaluator
{
    public Task<AuthenticateResult> AuthenticateAsync(AuthorizationPolicy policy, HttpContext context) =>
        inner.AuthenticateAsync(context.Features.Get<ProcessContext>() is null ? policy : new AuthorizationPolicy(policy.Requirements, []), context);

    public Task<PolicyAuthorizationResult> AuthorizeAsync(AuthorizationPolicy policy, AuthenticateResult authenticationResult, HttpContext context, object? resource) =>
        inner.AuthorizeAsync(policy, authenticationResult, context, resource);
}
