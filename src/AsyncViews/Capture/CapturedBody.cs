using System.Net.Http.Headers;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AsyncViews.Capture;

/// <summary>Completes the body of a submission after the page's model binding has read what it wanted.</summary>
internal static class CapturedBody
{
    /// <summary>The spooled body, and the content type it has; the same spool as the tee's where there is one.</summary>
    public static async Task<(ContentSpool Spool, string? ContentType)> CompleteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var tee = context.Features.GetRequiredFeature<RequestBodyTee>();
        if (context.Features.Get<FormReadBefore>() is not { } before)
        {
            await tee.CopyToAsync(Stream.Null, cancellationToken);
            if (tee.Failure is { } failure)
                throw failure;
            return (tee.Spool, context.Request.ContentType);
        }

        if (before.Body.CanSeek)
        {
            before.Body.Position = 0;
            await before.Body.CopyToAsync(tee.Spool, cancellationToken);
            return (tee.Spool, context.Request.ContentType);
        }

        using var form = Rebuild(await context.Request.ReadFormAsync(cancellationToken));
        await form.CopyToAsync(tee.Spool, cancellationToken);
        return (tee.Spool, form.Headers.ContentType?.ToString());
    }

    /// <summary>Remembers, before the tee takes its place, a body whose form something has read before the page.</summary>
    public static void NoteFormReadBefore(HttpContext context)
    {
        if (context.Features.Get<IFormFeature>() is { Form: not null })
            context.Features.Set(new FormReadBefore(context.Request.Body));
    }

    private static MultipartFormDataContent Rebuild(IFormCollection form)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, values) in form)
        {
            foreach (var value in values)
                Add(new StringContent(value ?? ""), name, null);
        }

        foreach (var file in form.Files)
        {
            var part = new StreamContent(file.OpenReadStream());
            foreach (var (name, value) in file.Headers)
            {
                if (!name.Equals("Content-Disposition", StringComparison.OrdinalIgnoreCase))
                    part.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }

            Add(part, file.Name, file.FileName);
        }

        return content;

        void Add(HttpContent part, string name, string? fileName)
        {
            part.Headers.ContentDisposition = new ContentDispositionHeaderValue("form-data")
            {
                Name = Quote(name),
                FileName = fileName is null ? null : Quote(fileName),
            };
            content.Add(part);
        }
    }

    /// <summary>As browsers write names into a multipart header (HTML Standard, "multipart/form-data encoding algorithm").</summary>
    private static string Quote(string name) =>
        $"\"{name.Replace("\r", "%0D").Replace("\n", "%0A").Replace("\"", "%22")}\"";

    private sealed record FormReadBefore(Stream Body);
}
