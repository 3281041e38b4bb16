using System.Collections.Concurrent;

namespace AsyncViews.Benchmarks.Server;

/// <summary>The answer of a minimal API endpoint: the bytes that a poll answered, with its headers.</summary>
internal static class SameBytes
{
    private static readonly ConcurrentDictionary<string, (string? ContentType, byte[] Body)> Answers = new();

    public static void Keep(string name, string? contentType, byte[] body) => Answers[name] = (contentType, body);

    public static async Task AnswerAsync(HttpResponse response, string name)
    {
        var (contentType, body) = Answers[name];
        response.Headers.CacheControl = "no-store";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["X-Robots-Tag"] = "noindex";
        response.Headers.XContentTypeOptions = "nosniff";
        if (body.Length == 0)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        response.ContentType = contentType;
        await response.Body.WriteAsync(body);
    }
}
