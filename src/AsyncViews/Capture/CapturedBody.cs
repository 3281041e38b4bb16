using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AsyncViews.Capture;

/// <summary>The body of a submission, from before the page's model binding reads it until after that.</summary>
internal static class CapturedBody
{
    /// <summary>Before the page reads the body: has what it reads kept, unless the body can be read again.</summary>
    public static void Begin(HttpContext context, ContentSpool spool)
    {
        context.Response.RegisterForDisposeAsync(spool);
        var body = context.Request.Body;
        var isRead = context.Features.Get<IFormFeature>() is { Form: not null };
        if (isRead || body.CanSeek)
            context.Features.Set(new ReadableAgain(spool, body, isRead ? 0 : body.Position, isRead));
        else
            RequestBodyTee.Install(context, spool);
    }

    /// <summary>After the page has read what it wanted: the spooled body, and the content type it has.</summary>
    public static async Task<(ContentSpool Spool, string? ContentType)> CompleteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var contentType = context.Request.ContentType;
        if (context.Features.Get<RequestBodyTee>() is { } tee)
        {
            await tee.ReadToEndAsync(cancellationToken);
            return tee.Failure is null ? (tee.Spool, contentType) : throw tee.Failure;
        }

        var again = context.Features.GetRequiredFeature<ReadableAgain>();
        if (again.Body.CanSeek && (!again.IsFormRead || await FormOfBody.IsAsync(context.Request, again.Body, cancellationToken)))
        {
            again.Body.Position = again.Start;
            await again.Body.CopyToAsync(again.Spool, cancellationToken);
            return (again.Spool, contentType);
        }

        // Something has read the form before the page, and its bytes are gone; or the application has set a form of its own,
        // cleaned or decrypted, and the run binds what the submission bound.
        var form = await context.Request.ReadFormAsync(cancellationToken);
        return (again.Spool, await RebuiltForm.WriteAsync(form, contentType, again.Spool, cancellationToken));
    }

    private sealed record ReadableAgain(ContentSpool Spool, Stream Body, long Start, bool IsFormRead);
}
