using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Results;

/// <summary>
/// Relative addresses in the headers of a recorded response. A browser would resolve them against the address of the
/// result, and not against the page's, where they were written.
/// </summary>
internal static partial class RecordedAddresses
{
    /// <summary>Completes them with the page's address.</summary>
    /// <param name="headers">The headers to be recorded.</param>
    /// <param name="page">The page's path and query, with PathBase, as they are written in an address.</param>
    public static void Resolve(IHeaderDictionary headers, string page)
    {
        Change(headers, HeaderNames.Location, value => Resolve(value, page));
        Change(headers, HeaderNames.ContentLocation, value => Resolve(value, page));
        Change(headers, "Refresh", value => AddressOfRefresh().Replace(value, match => Resolve(match.Value, page), 1));
        Change(headers, HeaderNames.Link, value => AddressesOfLinks().Replace(value, match => Resolve(match.Value, page)));
    }

    private static void Change(IHeaderDictionary headers, string name, Func<string, string> change)
    {
        if (headers.TryGetValue(name, out var values) && values.Count > 0)
            headers[name] = new StringValues([.. values.Select(value => value is null ? null : change(value))]);
    }

    /// <summary>By RFC 3986, section 5.2. Dots are left to whoever follows the address.</summary>
    private static string Resolve(string address, string page) => address switch
    {
        "" or ['/' or '\\', ..] => address,
        ['#', ..] => Rooted(page) + address,
        ['?', ..] => Rooted(PathOf(page)) + address,
        _ => Scheme().IsMatch(address) ? address : Rooted(PathOf(page)[..(PathOf(page).LastIndexOf('/') + 1)]) + address,
    };

    private static string PathOf(string page) => page.Split('?', 2)[0];

    /// <summary>A path that begins with two slashes would be taken for another host.</summary>
    private static string Rooted(string page) => page switch
    {
        ['/', '/', ..] => "/." + page,
        ['/', ..] => page,
        _ => "/" + page,
    };

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*:")]
    private static partial Regex Scheme();

    /// <summary>As browsers read it: a time, a separator, and the address, with or without <c>url=</c> and quotes.</summary>
    [GeneratedRegex(@"(?<=^\s*[\d.]+\s*[;,]\s*(?:url\s*=\s*)?(['""]?))(?!url\s*=)[^'""\s][^'""]*", RegexOptions.IgnoreCase)]
    private static partial Regex AddressOfRefresh();

    [GeneratedRegex(@"(?<=(?:^|,)\s*<)[^>]+(?=>)")]
    private static partial Regex AddressesOfLinks();
}
