using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;

namespace AsyncViews.Capture;

/// <summary>Why a POST cannot be a submission, found before its page saw it: the form is shown again with the message.</summary>
/// <param name="StatusCode">The status of the answer.</param>
/// <param name="Message">A key of <see cref="Strings"/>.</param>
internal sealed record SubmissionRefusal(int StatusCode, string Message)
{
    private static readonly SubmissionRefusal StaleForm =
        new(StatusCodes.Status400BadRequest, Strings.Key("Form.Stale"));

    private static readonly SubmissionRefusal WithoutCookies =
        new(StatusCodes.Status400BadRequest, Strings.Key("Form.WithoutCookies"));

    private static readonly SubmissionRefusal Unreadable =
        new(StatusCodes.Status400BadRequest, Strings.Key("Form.Unreadable"));

    private static readonly SubmissionRefusal TooLarge =
        new(StatusCodes.Status413PayloadTooLarge, Strings.Key("Form.TooLarge"));

    /// <summary>The framework wraps what went wrong while it read the form for the token in its own exception.</summary>
    public static SubmissionRefusal From(HttpContext context, AntiforgeryValidationException exception) =>
        exception.InnerException is { } inner ? FromReading(inner)
        : LacksCookies(context.Request) ? WithoutCookies
        : StaleForm;

    /// <summary>
    /// What antiforgery found, or what is wrong with the form's body, which model binding hides in ModelState. Null where
    /// the POST may be a submission.
    /// </summary>
    public static async Task<SubmissionRefusal?> FindAsync(HttpContext context)
    {
        if (context.Features.Get<SubmissionRefusal>() is { } found)
            return found;

        try
        {
            if (context.Request.HasFormContentType)
                await context.Request.ReadFormAsync(context.RequestAborted);
            return null;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException && !context.RequestAborted.IsCancellationRequested)
        {
            return FromReading(exception);
        }
    }

    /// <summary>Whether the browser has kept nothing that the form's answer brought. With a form on another site it sends nothing, whatever it keeps.</summary>
    private static bool LacksCookies(HttpRequest request) =>
        string.IsNullOrWhiteSpace(request.Headers.Cookie.ToString()) && request.Headers["Sec-Fetch-Site"] != "cross-site";

    private static SubmissionRefusal FromReading(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge,
        _ => Unreadable,
    };
}
