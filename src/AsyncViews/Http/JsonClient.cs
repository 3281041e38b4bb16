using System.Net.Mime;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AsyncViews.Http;

/// <summary>Scripts, which get JSON instead of pages.</summary>
internal static class JsonClient
{
    /// <summary>The query key behind a process's id that makes an address one for scripts.</summary>
    public const string FormatKey = "format";

    private const string Suffix = $"&{FormatKey}=json";
    private const string ProblemTypes = "urn:asyncviews:";

    /// <summary>Returns whether the request comes from a script: by its address, because it does not wait for a page, or because it prefers JSON to HTML.</summary>
    public static bool Is(HttpRequest request) =>
        IsAtItsAddress(request) || Prefer.Has(request, Prefer.RespondAsync) || PrefersJson(request);

    /// <summary>Returns whether the request asks for HTML by its name, as browsers do whenever they show what they get.</summary>
    public static bool NamesHtml(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);

    /// <summary>Returns whether the address of a process is the one for scripts. The page may have a query of the same name, before the id.</summary>
    public static bool IsAtItsAddress(HttpRequest request)
    {
        var query = request.QueryString.Value ?? "";
        var id = query.LastIndexOf($"{ProcessPage.IdKey}=", StringComparison.Ordinal);
        return id >= 0 && query.AsSpan(id).IndexOf(Suffix) is > 0 and var found && (id + found + Suffix.Length == query.Length || query[id + found + Suffix.Length] == '&');
    }

    /// <summary>An address of a process as clients need it that resolve none: absolute, and answered with JSON whatever they accept.</summary>
    public static string AddressOf(HttpRequest request, string address) =>
        (request.Host.HasValue ? request.Scheme + Uri.SchemeDelimiter + request.Host.ToUriComponent() : "") + address + Suffix;

    /// <summary>An error as RFC 9457 describes it.</summary>
    /// <param name="kind">What went wrong, by which scripts tell two problems of one status apart.</param>
    /// <param name="statusCode">The status of the answer.</param>
    /// <param name="title">The kind in words.</param>
    /// <param name="detail">What happened this time.</param>
    public static JsonResult Problem(string? kind, int statusCode, string title, string? detail = null) =>
        ToResult(Describe(kind, statusCode, title, detail), statusCode);

    /// <summary>Why a process has no result.</summary>
    public static JsonResult Problem(string kind, int statusCode, ProcessError error)
    {
        var problem = Describe(kind, statusCode, error.Title, error.Message);
        problem.Extensions["code"] = error.Code;
        problem.Extensions["reference"] = error.Reference;
        return ToResult(problem, statusCode);
    }

    /// <summary>Answers with the errors of each field.</summary>
    public static JsonResult Invalid(ModelStateDictionary modelState, int statusCode) =>
        ToResult(new ValidationProblemDetails(modelState) { Status = statusCode }, statusCode);

    /// <summary>Tells whether the client names JSON. One that names neither JSON nor HTML gets a page.</summary>
    private static bool PrefersJson(HttpRequest request)
    {
        if (!request.Headers.Accept.ToString().Contains("json", StringComparison.OrdinalIgnoreCase))
            return false;

        var accepted = request.GetTypedHeaders().Accept;
        return QualityOf(MediaTypeNames.Application.Json) > QualityOf(MediaTypeNames.Text.Html);

        double QualityOf(string mediaType) => accepted
            .Where(accept => accept.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase))
            .Select(accept => accept.Quality ?? 1)
            .DefaultIfEmpty(0).Max();
    }

    private static ProblemDetails Describe(string? kind, int statusCode, string title, string? detail) =>
        new() { Type = kind is null ? null : ProblemTypes + kind, Status = statusCode, Title = title, Detail = detail };

    private static JsonResult ToResult(ProblemDetails problem, int statusCode) =>
        new(problem) { StatusCode = statusCode, ContentType = MediaTypeNames.Application.ProblemJson };
}
