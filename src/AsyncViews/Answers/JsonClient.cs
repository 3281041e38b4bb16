using System.Net.Mime;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AsyncViews.Answers;

/// <summary>Clients that ask for JSON instead of pages.</summary>
internal static class JsonClient
{
    /// <summary>Whether the request prefers JSON to HTML: what names neither gets a page.</summary>
    public static bool Is(HttpRequest request)
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

    /// <summary>An error as RFC 9457 describes it.</summary>
    public static JsonResult Problem(int statusCode, string title, string? detail = null, string? reference = null)
    {
        var problem = new ProblemDetails { Status = statusCode, Title = title, Detail = detail };
        if (reference is not null)
            problem.Extensions["reference"] = reference;
        return ToResult(problem, statusCode);
    }

    /// <summary>What is wrong with each field.</summary>
    public static JsonResult Invalid(ModelStateDictionary modelState, int statusCode) =>
        ToResult(new ValidationProblemDetails(modelState) { Status = statusCode }, statusCode);

    private static JsonResult ToResult(ProblemDetails problem, int statusCode) =>
        new(problem) { StatusCode = statusCode, ContentType = MediaTypeNames.Application.ProblemJson };
}
