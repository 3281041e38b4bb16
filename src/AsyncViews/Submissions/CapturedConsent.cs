using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AsyncViews.Submissions;

/// <summary>The consent to cookies as the POST had it, where the application has a cookie policy.</summary>
/// <param name="IsNeeded">Tells whether the policy asks for it.</param>
/// <param name="IsGiven">Tells whether the person has given it.</param>
/// <param name="Cookie">The cookie that gives it, as a script writes it.</param>
internal sealed record CapturedConsent(bool IsNeeded, bool IsGiven, string Cookie)
{
    public static CapturedConsent? Of(HttpContext context) =>
        context.Features.Get<ITrackingConsentFeature>() is { } consent ? new CapturedConsent(consent.IsConsentNeeded, consent.HasConsent, consent.CreateConsentCookie()) : null;
}
