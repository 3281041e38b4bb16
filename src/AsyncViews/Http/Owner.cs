using System.Security.Claims;

namespace AsyncViews.Http;

/// <summary>The owner of a process: a signed-in user, or the browser that submitted it. Only hashes are kept.</summary>
internal static class Owner
{
    /// <summary>The owner of what code starts for nobody: no request is theirs.</summary>
    public const string Nobody = "nobody";

    private const int LongestName = 200;

    /// <summary>The last is for Windows users: their other claims change with their groups, and a run has more of them.</summary>
    private static readonly string[] IdentifyingClaims = ["sub", ClaimTypes.NameIdentifier, ClaimTypes.Upn, ClaimTypes.PrimarySid];

    /// <summary>They differ between two tokens of one client.</summary>
    private static readonly string[] ClaimsOfTokens = ["exp", "nbf", "iat", "jti", "auth_time"];

    /// <summary>The name by which a person is known in the application, for operators; null for who is not authenticated, or has no name.</summary>
    public static string? NameOf(ClaimsPrincipal user) => !IsAuthenticated(user) ? null
        : user.Identities.Where(identity => identity.IsAuthenticated).SelectMany(identity => new[] { identity.Name }.Concat(IdentifyingClaims.Select(claim => identity.FindFirst(claim)?.Value)))
            .FirstOrDefault(name => !string.IsNullOrEmpty(name)) is { } found ? found.Length <= LongestName ? found : found[..LongestName] : null;

    /// <summary>By the claim that identifies a user, else by all that are not the token's own. Null if the user is not authenticated.</summary>
    public static string? OfUser(ClaimsPrincipal user)
    {
        if (!IsAuthenticated(user))
            return null;

        var identities = user.Identities.Where(identity => identity.IsAuthenticated).ToArray();
        var claim = identities.SelectMany(identity => IdentifyingClaims.Select(identity.FindFirst)).FirstOrDefault(claim => !string.IsNullOrEmpty(claim?.Value));
        return claim is not null
            ? Fingerprint.Of("user", claim.Issuer, claim.Type, claim.Value)
            : Fingerprint.Of(["claims", .. identities.SelectMany(identity => identity.Claims).Where(c => !ClaimsOfTokens.Contains(c.Type)).OrderBy(c => c.Type, StringComparer.Ordinal).SelectMany(c => new[] { c.Issuer, c.Type, c.Value })]);
    }

    /// <summary>Every request asks this several times, so it allocates nothing.</summary>
    private static bool IsAuthenticated(ClaimsPrincipal user)
    {
        foreach (var identity in user.Identities)
        {
            if (identity.IsAuthenticated)
                return true;
        }

        return false;
    }
}
