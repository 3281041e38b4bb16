using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AsyncViews.Http;

/// <summary>JSON for scripts instead of pages: absolute addresses, and problems.</summary>
internal static class JsonClient
{
    public const string ProblemTypes = "urn:asyncviews:";

    /// <summary>An address of a process as clients need it that resolve none: absolute, and answered with JSON whatever they accept.</summary>
    public static string AddressOf(HttpRequest request, string address) =>
        (request.Host.HasValue ? request.Scheme + Uri.SchemeDelimiter + request.Host.ToUriComponent() : "") + RequestKind.ForScripts(address);

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

    private static ProblemDetails Describe(string? kind, int statusCode, string title, string? detail) =>
        new() { Type = kind is null ? null : ProblemTypes + kind, Status = statusCode, Title = title, Detail = detail };

    private static JsonResult ToResult(ProblemDetails problem, int statusCode) =>
        new(problem) { StatusCode = statusCode, ContentType = MediaTypeNames.Application.ProblemJson };
}
