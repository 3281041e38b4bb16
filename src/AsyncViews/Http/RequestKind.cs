using System.Net.Mime;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Http;

/// <summary>The one who asks, for whom an answer is made.</summary>
internal enum Client
{
    /// <summary>A person's browser: a page, or an address to go to.</summary>
    Browser,

    /// <summary>A page that asks by itself with htmx: a part of that page, or nothing.</summary>
    WaitingPage,

    /// <summary>A script: JSON.</summary>
    Script,

    /// <summary>netsight.async's script, which retries for ever on anything but 200.</summary>
    NetsightScript,
}

/// <summary>Tells what kind of request this is.</summary>
internal static class RequestKind
{
    /// <summary>The header by which htmx names itself.</summary>
    public const string HtmxHeader = "HX-Request";

    /// <summary>The headers of htmx when it navigates in the browser's place: the answer is a whole page.</summary>
    private static readonly string[] Navigating = ["HX-Boosted", "HX-History-Restore-Request"];

    private const string AsJson = $"&{QueryKeys.Format}=json";

    public static Client ClientOf(HttpRequest request) =>
        IsNetsightScript(request) ? Client.NetsightScript
        : IsScript(request) ? Client.Script
        : IsHtmx(request) ? Client.WaitingPage
        : Client.Browser;

    /// <summary>Returns whether it only asks for what is there.</summary>
    public static bool IsReading(HttpRequest request) => HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    /// <summary>Returns whether a page asks by itself, and not its person.</summary>
    public static bool IsHtmx(HttpRequest request) => request.Headers.ContainsKey(HtmxHeader) && !Navigating.Any(request.Headers.ContainsKey);

    /// <summary>Returns whether a page polls. Its buttons are a person's, whatever sends them.</summary>
    public static bool IsPoll(HttpRequest request) => !HttpMethods.IsPost(request.Method) && IsHtmx(request);

    /// <summary>Returns whether htmx sends a form in the browser's place, with <c>hx-boost</c> or <c>hx-post</c>.</summary>
    public static bool IsFormOfHtmx(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Headers.ContainsKey(HtmxHeader);

    /// <summary>The status of a page that says why a form is refused. htmx shows nothing of what is answered with 4xx or 5xx.</summary>
    public static int StatusOfRefusal(HttpRequest request, int statusCode) => IsFormOfHtmx(request) ? StatusCodes.Status200OK : statusCode;

    /// <summary>Returns whether the request comes from a script: by its address, because it does not wait for a page, or because it prefers JSON to HTML.</summary>
    public static bool IsScript(HttpRequest request) =>
        IsAtAddressForScripts(request) || Prefer.Has(request, Prefer.RespondAsync) || PrefersJson(request);

    /// <summary>Returns whether the request asks for HTML by its name, as browsers do whenever they show what they get.</summary>
    public static bool NamesHtml(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether the address of a process is the one for scripts. The page may have a query of the same name, before the id.</summary>
    public static bool IsAtAddressForScripts(HttpRequest request)
    {
        var query = request.QueryString.Value ?? "";
        var id = query.LastIndexOf($"{QueryKeys.Id}=", StringComparison.Ordinal);
        return id >= 0 && query.AsSpan(id).IndexOf(AsJson) is > 0 and var found && (id + found + AsJson.Length == query.Length || query[id + found + AsJson.Length] == '&');
    }

    /// <summary>The address of a process as scripts ask for it.</summary>
    public static string ForScripts(string address) => address + AsJson;

    /// <summary>Returns whether it is asked for a part of another page, which is neither left nor reloaded.</summary>
    public static bool IsEmbedded(HttpRequest request) => request.Query[QueryKeys.Embedded] == "1";

    /// <summary>Returns whether the page that is asked for updates itself.</summary>
    public static bool WantsUpdates(HttpRequest request) => request.Query[QueryKeys.Refresh] != "0";

    /// <summary>To Python, every string is true but the empty one.</summary>
    private static bool IsNetsightScript(HttpRequest request) => request.Query[QueryKeys.NetsightJson].Any(value => value is { Length: > 0 });

    /// <summary>Returns whether the client prefers JSON. One that names neither JSON nor HTML gets a page.</summary>
    private static bool PrefersJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        if (accept == MediaTypeNames.Application.Json)
            return true;
        if (!accept.Contains("json", StringComparison.OrdinalIgnoreCase))
            return false;

        var accepted = request.GetTypedHeaders().Accept;
        return QualityOf(MediaTypeNames.Application.Json) > QualityOf(MediaTypeNames.Text.Html);

        double QualityOf(string mediaType) => accepted
            .Where(accept => accept.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            .Select(accept => accept.Quality ?? 1)
            .DefaultIfEmpty(0).Max();
    }
}
