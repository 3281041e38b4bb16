using AsyncViews.Http;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Results;

/// <summary>Answers with a recorded response: repeatable, with HEAD, Range and If-None-Match.</summary>
/// <param name="id">Names the response, for its ETag.</param>
/// <param name="result">What was recorded.</param>
/// <param name="endedAt">When, for Last-Modified.</param>
/// <param name="first">Whether it is served for the first time: only then are its cookies set.</param>
internal sealed class RecordedResult(ProcessId id, ProcessResult result, DateTimeOffset endedAt, bool first) : IActionResult
{
    /// <summary>Tells whether the application's status code pages leave it alone.</summary>
    public bool SkipsStatusCodePages { get; init; }

    public async Task ExecuteResultAsync(ActionContext context)
    {
        var response = context.HttpContext.Response;
        response.StatusCode = result.StatusCode;
        foreach (var (name, values) in result.Headers)
        {
            if (name.Equals(HeaderNames.SetCookie, StringComparison.OrdinalIgnoreCase))
            {
                if (first)
                    RecordedCookies.Set(context.HttpContext, values);
            }
            else
            {
                response.Headers[name] = values;
            }
        }

        PrivateHeaders.KeepFromCaches(context.HttpContext);
        if (SkipsStatusCodePages && context.HttpContext.Features.Get<IStatusCodePagesFeature>() is { } pages)
            pages.Enabled = false;

        if (result.StatusCode == StatusCodes.Status200OK && result.Headers.TryGetValue(HeaderNames.ContentType, out var contentType)
            && MediaTypeHeaderValue.TryParse(contentType.ToString(), out _))
            await SendFileAsync(context, contentType.ToString());
        else
            await SendAsync(context.HttpContext);
    }

    /// <summary>The framework's own file result knows HEAD, conditional and range requests.</summary>
    private Task SendFileAsync(ActionContext context, string contentType) => new FileStreamResult(result.Body, contentType)
    {
        EnableRangeProcessing = true,
        EntityTag = new EntityTagHeaderValue($"\"{id}\""),
        LastModified = endedAt,
    }.ExecuteResultAsync(context);

    private async Task SendAsync(HttpContext context)
    {
        // Nothing to send: the server says so itself, and the application's status code pages see an answer without a body.
        if (result.Body.Length == 0)
            return;

        context.Response.ContentLength = result.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await result.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }
}
