using System.Net.Sockets;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Capture;

/// <summary>Why a POST cannot be a submission, found before its page saw it: the form is shown again with the message.</summary>
/// <param name="StatusCode">The status of the answer.</param>
/// <param name="Message">A key of <see cref="Strings"/>.</param>
/// <param name="Cause">What the log says of it.</param>
/// <param name="Detail">What the framework says of it, which may quote the request; null where it says nothing more.</param>
internal sealed record SubmissionRefusal(int StatusCode, string Message, RefusalCause Cause, string? Detail = null)
{
    /// <summary>The error that an IOException has unless it is given another: COR_E_IO.</summary>
    private const int UnnamedIOError = unchecked((int)0x80131620);

    /// <summary>Returns what antiforgery finds, which is logged. The framework's shorter question is true for DELETE, whatever the token.</summary>
    public static async Task<SubmissionRefusal?> FindOfTokenAsync(HttpContext context)
    {
        try
        {
            // Not injected: an application with jobs and no pages has no IAntiforgery.
            await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
            return null;
        }
        catch (AntiforgeryValidationException exception)
        {
            var refusal = From(context, exception);
            context.RequestServices.GetRequiredService<RefusalLog>().Add(context, refusal);
            return refusal;
        }
    }

    /// <summary>
    /// Returns what antiforgery found, or what is wrong with the form's body, which model binding hides in ModelState. Null where
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
            var refusal = FromReading(exception);
            context.RequestServices.GetRequiredService<RefusalLog>().Add(context, refusal);
            return refusal;
        }
    }

    /// <summary>Reads the form, and returns why the server could not keep it. Null where it could, or where the form is to blame.</summary>
    public static async Task<Exception?> FindDiskFailureAsync(HttpContext context)
    {
        try
        {
            if (context.Request.HasFormContentType)
                await context.Request.ReadFormAsync(context.RequestAborted);
            return null;
        }
        catch (Exception exception) when (IsOfDisk(exception) || exception is StoreUnavailableException)
        {
            return exception;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>
    /// Returns whether the server's disk is to blame and not the body: the framework buffers large forms in the folder for
    /// temporary files. Its own exceptions, of broken and malformed bodies, carry no error of the operating system.
    /// </summary>
    private static bool IsOfDisk(Exception exception) => exception switch
    {
        DirectoryNotFoundException or FileNotFoundException or UnauthorizedAccessException or ArgumentOutOfRangeException => true,
        BadHttpRequestException => false,
        IOException { HResult: not UnnamedIOError, InnerException: not SocketException } => true,
        _ => false,
    };

    /// <summary>
    /// The framework wraps what went wrong while it read the form for the token in its own exception, and also why a token
    /// that it found cannot be decrypted.
    /// </summary>
    private static SubmissionRefusal From(HttpContext context, AntiforgeryValidationException exception)
    {
        if (exception.InnerException is IOException or InvalidDataException)
            return FromReading(exception.InnerException);

        var message = LacksCookies(context.Request) ? Strings.Key("Form.WithoutCookies") : Strings.Key("Form.Stale");
        return new SubmissionRefusal(StatusCodes.Status400BadRequest, message, RefusalCause.OfToken(context));
    }

    /// <summary>Returns whether the browser has kept nothing that the form's answer brought. With a form on another site it sends nothing, whatever it keeps.</summary>
    private static bool LacksCookies(HttpRequest request) =>
        string.IsNullOrWhiteSpace(request.Headers.Cookie.ToString()) && request.Headers["Sec-Fetch-Site"] != "cross-site";

    private static SubmissionRefusal FromReading(Exception exception)
    {
        var isTooLarge = exception is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge };
        return new SubmissionRefusal(
            isTooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status400BadRequest,
            isTooLarge ? Strings.Key("Form.TooLarge") : Strings.Key("Form.Unreadable"),
            RefusalCause.OfReading(exception),
            exception.Message);
    }
}
