using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Capture;

/// <summary>Who may see a process: the signed-in user, or the browser that submitted it. Only hashes are kept.</summary>
internal static class Owner
{
    /// <summary>The owner of what code starts for nobody: no request is theirs.</summary>
    public const string Nobody = "nobody";

    private const string CookieName = ".AsyncViews.Owner";
    private static readonly string[] IdentifyingClaims = ["sub", ClaimTypes.NameIdentifier, ClaimTypes.Upn];

    /// <summary>The owner that a submission of this request gets; an anonymous browser is given its cookie if it has none.</summary>
    public static string Of(HttpContext context) => OfUser(context.User) ?? OfCookie(context) ?? IssueCookie(context);

    /// <summary>The same where the answer may be under way already, and no cookie can be given any more.</summary>
    public static string OfSender(HttpContext context) =>
        context.Response.HasStarted ? OfUser(context.User) ?? OfCookie(context) ?? Nobody : Of(context);

    /// <summary>Whether this request may see what belongs to <paramref name="owner"/>: what was submitted before signing in stays one's own.</summary>
    public static bool Is(HttpContext context, string owner) => OfUser(context.User) == owner || OfCookie(context) == owner;

    /// <summary>The owners whose processes this request may see: the user, and the browser.</summary>
    public static string[] AllOf(HttpContext context) => [.. new[] { OfUser(context.User), OfCookie(context) }.OfType<string>()];

    /// <summary>Gives an anonymous browser its cookie with the form, so that two submissions at once have the same owner.</summary>
    public static void Prepare(HttpContext context)
    {
        if (OfUser(context.User) is null && OfCookie(context) is null)
            IssueCookie(context);
    }

    /// <summary>By the claim that antiforgery identifies a user by, else by all of them. Null for who is not authenticated.</summary>
    public static string? OfUser(ClaimsPrincipal user)
    {
        var identities = user.Identities.Where(identity => identity.IsAuthenticated).ToArray();
        if (identities.Length == 0)
            return null;

        var claim = identities.SelectMany(identity => IdentifyingClaims.Select(identity.FindFirst)).FirstOrDefault(claim => !string.IsNullOrEmpty(claim?.Value));
        return claim is not null
            ? Fingerprint.Of("user", claim.Issuer, claim.Type, claim.Value)
            : Fingerprint.Of(["claims", .. identities.SelectMany(identity => identity.Claims).OrderBy(c => c.Type, StringComparer.Ordinal).SelectMany(c => new[] { c.Issuer, c.Type, c.Value })]);
    }

    private static string? OfCookie(HttpContext context) =>
        (context.Features.Get<IssuedCookie>()?.Value ?? context.Request.Cookies[CookieName]) is { Length: > 0 } value ? Fingerprint.Of("browser", value) : null;

    private static string IssueCookie(HttpContext context)
    {
        var value = ProcessId.New().ToString();
        context.Features.Set(new IssuedCookie(value));
        context.Response.Cookies.Append(CookieName, value, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            IsEssential = true,
            Path = context.Request.PathBase.HasValue ? context.Request.PathBase.ToUriComponent() : "/",
        });
        return Fingerprint.Of("browser", value);
    }

    private sealed record IssuedCookie(string Value);
}
