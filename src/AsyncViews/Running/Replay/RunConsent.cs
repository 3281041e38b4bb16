using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Running.Replay;

/// <summary>
/// The consent to cookies in a run: without it, a cookie that is not essential is dropped, as the application's cookie policy
/// does. The rest of the policy is applied where the result is served.
/// </summary>
internal sealed class RunConsent(CapturedConsent captured, IFeatureCollection features) : ITrackingConsentFeature, IResponseCookiesFeature, IResponseCookies
{
    private readonly IResponseCookies _cookies = new ResponseCookiesFeature(features).Cookies;

    public bool IsConsentNeeded => captured.IsNeeded;

    public bool HasConsent { get; private set; } = captured.IsGiven;

    public bool CanTrack => !IsConsentNeeded || HasConsent;

    IResponseCookies IResponseCookiesFeature.Cookies => this;

    public string CreateConsentCookie() => captured.Cookie;

    public void GrantConsent()
    {
        if (!HasConsent)
            features.GetRequiredFeature<IHttpResponseFeature>().Headers.Append(HeaderNames.SetCookie, captured.Cookie);
        HasConsent = true;
    }

    public void WithdrawConsent()
    {
        if (HasConsent)
            _cookies.Delete(captured.Cookie.Split('=')[0]);
        HasConsent = false;
    }

    public void Append(string key, string value)
    {
        if (CanTrack)
            _cookies.Append(key, value);
    }

    public void Append(string key, string value, CookieOptions options)
    {
        if (CanTrack || options.IsEssential)
            _cookies.Append(key, value, options);
    }

    public void Delete(string key) => _cookies.Delete(key);

    public void Delete(string key, CookieOptions options) => _cookies.Delete(key, options);
}
