using AsyncViews;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps a part of the queue and of the workers for signed-in people where the application knows a way to sign in.</summary>
internal sealed class PartForUsers(IOptions<AuthenticationOptions> authentication) : IPostConfigureOptions<AsyncViewsOptions>
{
    public void PostConfigure(string? name, AsyncViewsOptions options) => options.KeepsPartForUsers = authentication.Value.Schemes.Any();
}
