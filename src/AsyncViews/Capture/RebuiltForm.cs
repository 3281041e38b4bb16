using System.Diagnostics.CodeAnalysis;
using System.Text;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Capture;

/// <summary>Writes a parsed form as the body that it came from, in the encoding that it came in.</summary>
internal static class RebuiltForm
{
    private const string UrlEncoded = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data";

    /// <summary>Returns whether a body of this content type is a form.</summary>
    public static bool IsForm(string? contentType) => HasType(contentType, UrlEncoded, out _) || HasType(contentType, Multipart, out _);

    /// <summary>Writes the form, and tells the content type of what was written.</summary>
    /// <param name="form">A form of the application's own, or one that the framework has read.</param>
    /// <param name="contentType">The content type that the form came with.</param>
    /// <param name="body">Where it is written.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="InvalidOperationException">The name of a field cannot be written.</exception>
    public static async Task<string> WriteAsync(IFormCollection form, string? contentType, ContentSpool body, CancellationToken cancellationToken)
    {
        if (form.Files.Count == 0 && !HasType(contentType, Multipart, out _))
            return await WriteUrlEncodedAsync(form, contentType, body, cancellationToken);

        // A boundary of the sender's choice may occur in values that were decoded since.
        var boundary = $"----{Guid.NewGuid():N}";
        await WriteMultipartAsync(form, boundary, body, cancellationToken);
        return $"{Multipart}; boundary={boundary}";
    }

    private static async Task<string> WriteUrlEncodedAsync(IFormCollection form, string? contentType, ContentSpool body, CancellationToken cancellationToken)
    {
        var isUrlEncoded = HasType(contentType, UrlEncoded, out var type);
        var encoding = type?.Encoding ?? Encoding.UTF8;
        var separator = "";
        foreach (var (name, values) in form)
        {
            foreach (var value in values)
            {
                await body.WriteAsync(encoding.GetBytes($"{separator}{Escape(name)}={Escape(value ?? "")}"), cancellationToken);
                separator = "&";
            }
        }

        return isUrlEncoded ? contentType! : UrlEncoded;
    }

    /// <summary>As browsers escape a form (URL Standard, "application/x-www-form-urlencoded percent-encode set").</summary>
    private static string Escape(string text) => Uri.EscapeDataString(text).Replace("%20", "+").Replace("%2A", "*").Replace("~", "%7E");

    private static async Task WriteMultipartAsync(IFormCollection form, string boundary, ContentSpool body, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in form)
        {
            foreach (var value in values)
                await WriteTextAsync($"--{boundary}\r\nContent-Disposition: {Disposition(name, null)}\r\n\r\n{value}\r\n");
        }

        foreach (var file in form.Files)
        {
            var own = file.Headers?.ContentDisposition.ToString();
            var disposition = Reads(own, file.Name, file.FileName) ? own : Disposition(file.Name, file.FileName);
            await WriteTextAsync($"--{boundary}\r\nContent-Disposition: {disposition}\r\n{OtherHeaders(file.Headers)}\r\n");
            await using (var content = file.OpenReadStream())
                await content.CopyToAsync(body, cancellationToken);
            await WriteTextAsync("\r\n");
        }

        if (form.Count + form.Files.Count > 0)
            await WriteTextAsync($"--{boundary}--\r\n");

        ValueTask WriteTextAsync(string text) => body.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    /// <summary>A file of the application's own making may have none.</summary>
    private static string OtherHeaders(IHeaderDictionary? headers) => string.Concat((headers ?? new HeaderDictionary())
        .Where(header => !header.Key.Equals(HeaderNames.ContentDisposition, StringComparison.OrdinalIgnoreCase))
        .SelectMany(header => header.Value.Select(value => $"{header.Key}: {value}\r\n")));

    /// <summary>The framework reads names as they stand between the quotes.</summary>
    private static string Disposition(string name, string? fileName)
    {
        var disposition = $"form-data; name=\"{name}\"";
        if (fileName is not null)
            disposition += $"; filename*=UTF-8''{Uri.EscapeDataString(fileName)}";
        return Reads(disposition, name, fileName) ? disposition : throw new InvalidOperationException(
            $"The form was set by the application, and its field {name} has a name that a form with files cannot carry. " +
            "Leave out quotes and line breaks.");
    }

    /// <summary>Returns whether the framework reads these names from the header.</summary>
    private static bool Reads([NotNullWhen(true)] string? disposition, string name, string? fileName) =>
        ContentDispositionHeaderValue.TryParse(disposition, out var read)
        && !disposition!.Contains("\r\n", StringComparison.Ordinal)
        && HeaderUtilities.RemoveQuotes(read.Name).Equals(name)
        && (fileName is null || HeaderUtilities.RemoveQuotes(read.FileNameStar.HasValue ? read.FileNameStar : read.FileName).Equals(fileName));

    private static bool HasType(string? contentType, string expected, out MediaTypeHeaderValue? type) =>
        MediaTypeHeaderValue.TryParse(contentType, out type) && type.MediaType.Equals(expected, StringComparison.OrdinalIgnoreCase);
}
