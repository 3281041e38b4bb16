using System.Globalization;
using AsyncViews.Http;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>Tells whether two POSTs are the same submission, by their owner, page, key and content.</summary>
internal sealed class SubmissionKey(IOptions<AntiforgeryOptions> antiforgery)
{
    public const string Header = "Idempotency-Key";

    /// <summary>The key, and whether it is made of an Idempotency-Key. Null where the request has neither that nor an antiforgery token: then every POST is one of its own.</summary>
    public async Task<(string? Key, bool IsIdempotencyKey)> ComputeAsync(HttpContext context, string owner, ProcessType type, ContentSpool body, CancellationToken cancellationToken)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(cancellationToken) : null;
        var idempotencyKey = context.Request.Headers[Header].ToString();
        if ((idempotencyKey.Length > 0 ? idempotencyKey : FindToken(context.Request, form)) is not { } key)
            return default;

        using var fingerprint = new Fingerprint();
        fingerprint.Add(owner, type.ToString(), key, context.Request.Path.Value, context.Request.QueryString.Value);
        if (form is not null)
        {
            await AddFormAsync(fingerprint, form, cancellationToken);
        }
        else
        {
            await using var content = await body.OpenReadAsync(cancellationToken);
            await fingerprint.AddAsync(content, cancellationToken);
        }

        return (fingerprint.Take(), idempotencyKey.Length > 0);
    }

    /// <summary>The antiforgery token is fresh with every rendered form, so it tells a second click from a second form.</summary>
    private string? FindToken(HttpRequest request, IFormCollection? form)
    {
        var names = antiforgery.Value;
        string?[] candidates =
        [
            names.HeaderName is null ? null : request.Headers[names.HeaderName].ToString(),
            form?[names.FormFieldName].ToString(),
        ];
        return candidates.FirstOrDefault(candidate => !string.IsNullOrEmpty(candidate));
    }

    /// <summary>Fields and files, not bytes: a multipart boundary differs at every send.</summary>
    private async Task AddFormAsync(Fingerprint fingerprint, IFormCollection form, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in form)
        {
            if (name != antiforgery.Value.FormFieldName)
            {
                fingerprint.Add(name, values.Count.ToString(CultureInfo.InvariantCulture));
                foreach (var value in values)
                    fingerprint.Add(value);
            }
        }

        foreach (var file in form.Files)
        {
            // A file of the application's own making may have no headers, and then throws when it is asked for its type.
            fingerprint.Add(file.Name, file.FileName, file.Headers?.ContentType.ToString(), file.Length.ToString(CultureInfo.InvariantCulture));
            await using var content = file.OpenReadStream();
            await fingerprint.AddAsync(content, cancellationToken);
        }
    }
}
