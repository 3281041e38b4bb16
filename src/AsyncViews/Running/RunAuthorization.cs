using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Running;

/// <summary>
/// Decides whether the captured user may still run the page. Authorization is middleware, which a run does not pass:
/// the page's policies are evaluated here.
/// </summary>
internal sealed class RunAuthorization(IAuthorizationPolicyProvider policies, IAuthorizationService authorization, IOptions<AsyncViewsOptions> options)
{
    public async Task<bool> IsAllowedAsync(HttpContext context, Endpoint page)
    {
        if (options.Value.RevalidateUserAsync is { } revalidate && !await revalidate(context))
            return false;

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
