using System.Text.RegularExpressions;
using AsyncViews;
using AsyncViews.Jobs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using HeaderNames = Microsoft.Net.Http.Headers.HeaderNames;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Refuses at start what would break later: at every page, at every submission, or in every browser.</summary>
/// <param name="jobs">The jobs, which name their quotas.</param>
internal sealed partial class AsyncViewsOptionsValidation(IEnumerable<JobType> jobs) : IValidateOptions<AsyncViewsOptions>
{
    public ValidateOptionsResult Validate(string? name, AsyncViewsOptions options)
    {
        string[] failures = [.. FailuresOf(options), .. FailuresOfQuotas(options), .. FailuresOf(options.OwnerCookie)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> FailuresOf(AsyncViewsOptions options)
    {
        if (options.HtmxPath is { } htmx && !FileInTheApplication().IsMatch(htmx))
            yield return $"HtmxPath must be the path of a file in the application, such as ~/lib/htmx/htmx.min.js, without a query, not '{htmx}'. Copy a file of another site into wwwroot.";

        foreach (var header in options.CapturedHeaders)
        {
            if (header is null || !Token().IsMatch(header))
                yield return $"CapturedHeaders contains '{header}', which cannot be the name of a header.";
            else if (header.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase))
                yield return "CapturedHeaders cannot contain Cookie, which would store the sign-in cookie too. Name the cookies in CapturedCookies.";
        }

        foreach (var cookie in options.CapturedCookies)
        {
            if (cookie is null || !Token().IsMatch(cookie))
                yield return $"CapturedCookies contains '{cookie}', which cannot be the name of a cookie.";
        }
    }

    private IEnumerable<string> FailuresOfQuotas(AsyncViewsOptions options)
    {
        foreach (var (name, limit) in options.Quotas)
        {
            if (!QuotaName().IsMatch(name))
                yield return $"Quotas contains '{name}', which cannot be the name of a quota. Use 1 to 100 letters, digits, -, _ or .";
            if (limit is < 1 or > 100_000)
                yield return $"Quotas contains '{name}' with the limit {limit}. It must be from 1 to 100,000.";
        }

        foreach (var job in jobs.Where(job => job.Quota is { } quota && !options.Quotas.ContainsKey(quota)))
            yield return $"The job {job.Name} is under the quota '{job.Quota}', which Quotas does not have. Add it: options.Quotas[\"{job.Quota}\"] = 1.";
    }

    private static IEnumerable<string> FailuresOf(CookieBuilder cookie)
    {
        if (cookie.Name is { } name && (!Token().IsMatch(name) || PrefixOnly().IsMatch(name)))
            yield return $"OwnerCookie.Name is '{name}', which cannot be the name of a cookie.";

        if (cookie.Path is { } path && (path is not ['/', ..] || path.Contains(';')))
            yield return $"OwnerCookie.Path must begin with a slash and contain no semicolon, not be '{path}'.";

        if (cookie.Domain is { Length: > 0 } domain && !HostName().IsMatch(domain))
            yield return $"OwnerCookie.Domain must be a host name such as example.com, not '{domain}'.";

        if (cookie.MaxAge <= TimeSpan.Zero || cookie.Expiration <= TimeSpan.Zero)
            yield return "OwnerCookie.MaxAge and Expiration must be greater than zero. Otherwise nobody who is not signed in could see what they submitted.";

        if (cookie is { SameSite: SameSiteMode.None, SecurePolicy: CookieSecurePolicy.None })
            yield return "OwnerCookie has SameSite None and SecurePolicy None, and browsers refuse that. Set SecurePolicy to Always, or SameSite to Lax.";
    }

    [GeneratedRegex(@"^~?(?:/(?!\.{1,2}(?:/|\z))[^/\\?#]+)+(?<!\s)\z")]
    private static partial Regex FileInTheApplication();

    [GeneratedRegex(@"^[!#$%&'*+.^_`|~0-9A-Za-z-]+\z")]
    private static partial Regex Token();

    [GeneratedRegex(@"^[\w.-]{1,100}\z")]
    private static partial Regex QuotaName();

    [GeneratedRegex(@"^__(?:Host|Secure)-\z", RegexOptions.IgnoreCase)]
    private static partial Regex PrefixOnly();

    [GeneratedRegex(@"^\.?[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*\z")]
    private static partial Regex HostName();
}
