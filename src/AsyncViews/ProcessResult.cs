using System.Net.Mime;
using Microsoft.Extensions.Primitives;

namespace AsyncViews;

/// <summary>The response that a process produced. Dispose it to close its body.</summary>
public sealed class ProcessResult : IAsyncDisposable
{
    internal ProcessResult(int statusCode, IReadOnlyDictionary<string, StringValues> headers, Stream body)
    {
        StatusCode = statusCode;
        Headers = headers;
        Body = body;
    }

    /// <summary>The HTTP status code.</summary>
    public int StatusCode { get; }

    /// <summary>The headers by name, case-insensitive.</summary>
    public IReadOnlyDictionary<string, StringValues> Headers { get; }

    /// <summary>The body, seekable and of known length.</summary>
    public Stream Body { get; }

    internal string? ContentType => Headers.TryGetValue("Content-Type", out var value) ? value.ToString() : null;

    internal string? Location => Headers.TryGetValue("Location", out var value) ? value.ToString() : null;

    /// <summary>Tells whether a browser downloads it instead of showing it.</summary>
    public bool IsAttachment =>
        Headers.TryGetValue("Content-Disposition", out var value)
        && value.ToString().AsSpan().TrimStart().StartsWith(DispositionTypeNames.Attachment, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Body.DisposeAsync();
}
