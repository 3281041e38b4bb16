using System.Globalization;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace AsyncViews.Tests.Scripts;

/// <summary>Authenticates scripts by a key in a header; the key is the name of who has it.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string Header = "X-Api-Key";

    /// <summary>The header with the seconds after which the key expires, which is accepted all the same.</summary>
    public const string Lifetime = "X-Lifetime";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers[Header] is not [{ Length: > 0 } key])
            return Task.FromResult(AuthenticateResult.NoResult());

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, key)], Scheme.Name);
        var properties = new AuthenticationProperties();
        if (int.TryParse(Request.Headers[Lifetime].ToString(), CultureInfo.InvariantCulture, out var seconds))
            properties.ExpiresUtc = TimeProvider.GetUtcNow().AddSeconds(seconds);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), properties, Scheme.Name)));
    }
}
