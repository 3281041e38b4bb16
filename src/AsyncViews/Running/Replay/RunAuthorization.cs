using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running.Replay;

/// <summary>
/// Decides whether the captured user may still run the page, and whether who looks at it from elsewhere may see it.
/// Authorization is middleware, which neither passes: the page's policies are evaluated here.
/// </summary>
internal sealed class RunAuthorization(IAuthorizationPolicyProvider policies, IAuthorizationService authorization, IOptions<AsyncViewsOptions> options)
{
    public async Task<bool> IsAllowedAsync(HttpContext context, Endpoint page) => await IsStillUserAsync(context) && await MeetsPoliciesAsync(context, page);

    /// <summary>Asks the application whether the user is still valid.</summary>
    public async Task<bool> IsStillUserAsync(HttpContext context) => options.Value.RevalidateUserAsync is not { } revalidate || await revalidate(context);

    /// <summary>Returns whether the user meets the page's policies.</summary>
    public async Task<bool> MeetsPoliciesAsync(HttpContext context, Endpoint page)
    {
        if (page.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return true;

        var policy = await AuthorizationPolicy.CombineAsync(
            policies,
            page.Metadata.GetOrderedMetadata<IAuthorizeData>(),
            page.Metadata.GetOrderedMetadata<AuthorizationPolicy>());
        var requirements = page.Metadata.GetOrderedMetadata<IAuthorizationRequirementData>().SelectMany(data => data.GetRequirements()).ToArray();
        if (requirements.Length > 0)
            policy = AuthorizationPolicy.Combine(policy is null ? [new AuthorizationPolicy(requirements, [])] : [policy, new AuthorizationPolicy(requirements, [])]);

        policy ??= await policies.GetFallbackPolicyAsync();
        return policy is null || (await authorization.AuthorizeAsync(context.User, context, policy)).Succeeded;
    }
}
