using System.Security.Cryptography;
using System.Text;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>What makes two POSTs the same submission: their owner, page, key and content.</summary>
internal sealed class SubmissionKey(IOptions<AntiforgeryOptions> antiforgery)
{
    private const string Header = "Idempotency-Key";

    /// <summary>Null where the request has neither an Idempotency-Key nor an antiforgery token: then every POST is one of its own.</summary>
    public async Task<string?> ComputeAsync(HttpContext context, string owner, string type, ContentSpool body, CancellationToken cancellationToken)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : null;
        if (FindKey(context.Request, form) is not { } key)
            return null;

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, owner, type, key, context.Request.Path.Value, context.Request.QueryString.Value);
        if (form is not null)
        {
            await AppendFormAsync(hash, form, cancellationToken);
        }
        else
        {
            await using var content = await body.OpenReadAsync(cancellationToken);
            await AppendAsync(hash, content, cancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The antiforgery token is fresh with every rendered form, so it tells a second click from a second form.</summary>
    private string? FindKey(HttpRequest request, IFormCollection? form)
    {
        var names = antiforgery.Value;
        string?[] candidates =
        [
            request.Headers[Header].ToString(),
            names.HeaderName is null ? null : request.Headers[names.HeaderName].ToString(),
            form?[names.FormFieldName].ToString(),
        ];
        return candidates.FirstOrDefault(candidate => !string.IsNullOrEmpty(candidate));
    }

    /// <summary>Fields and files, not bytes: a multipart boundary differs at every send.</summary>
    private async Task AppendFormAsync(IncrementalHash hash, IFormCollection form, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in form)
        {
            if (name != antiforgery.Value.FormFieldName)
                Append(hash, [name, .. values]);
        }

        foreach (var file in form.Files)
        {
            Append(hash, file.Name, file.FileName, file.ContentType, file.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            await using var content = file.OpenReadStream();
            await AppendAsync(hash, content, cancellationToken);
        }
    }

    private static void Append(IncrementalHash hash, params IEnumerable<string?> parts)
    {
        foreach (var part in parts)
        {
            hash.AppendData(BitConverter.GetBytes(part?.Length ?? -1));
            hash.AppendData(Encoding.UTF8.GetBytes(part ?? ""));
        }
    }

    private static async Task AppendAsync(IncrementalHash hash, Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        for (int count; (count = await content.ReadAsync(buffer, cancellationToken)) > 0;)
            hash.AppendData(buffer, 0, count);
    }
}
