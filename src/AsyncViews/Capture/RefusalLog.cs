using System.Collections.Concurrent;
using AsyncViews.Diagnostics;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Capture;

/// <summary>Says that POSTs are refused, and why: each cause once a minute, however many are sent.</summary>
internal sealed class RefusalLog(TimeProvider time, IHostEnvironment environment, ILogger<RefusalLog> logger)
{
    private readonly ConcurrentDictionary<object, LogPace> _paces = [];

    public void Add(HttpContext context, SubmissionRefusal refusal)
    {
        var endpoint = context.GetEndpoint();
        var page = endpoint?.Metadata.GetMetadata<PageActionDescriptor>()?.RelativePath ?? endpoint?.DisplayName ?? "";
        var cause = refusal.Cause;
        if (context.RequestAborted.IsCancellationRequested || !IsDue((page, cause)))
            return;

        if (environment.IsDevelopment())
            Log.PostRefusedWithRemedy(logger, page, cause.Reason, refusal.Detail is null ? cause.Remedy : $"{cause.Remedy} {refusal.Detail}");
        else
            Log.PostRefused(logger, page, cause.Reason);
    }

    /// <summary>Says that a submission exceeded a limit.</summary>
    /// <param name="type">The page and handler.</param>
    /// <param name="statusCode">What it was answered with.</param>
    /// <param name="reason">The name of the text that its sender was shown.</param>
    public void AddRefused(ProcessType type, int statusCode, string reason)
    {
        if (IsDue((type, reason)))
            Log.Refused(logger, type, statusCode, reason);
    }

    /// <summary>Says that the store can be neither written nor read, or has no room.</summary>
    public void AddUnavailable(StoreUnavailableException exception)
    {
        if (!IsDue((typeof(StoreUnavailableException), exception.IsLackOfRoom)))
            return;

        if (exception.IsLackOfRoom)
            Log.NoRoom(logger);
        else
            Log.StoreUnavailable(logger, exception);
    }

    /// <summary>Says that the framework could not keep what it read of a form.</summary>
    public void AddUnbuffered(Exception exception)
    {
        if (IsDue(nameof(AddUnbuffered)))
            Log.FormNotBuffered(logger, exception);
    }

    private bool IsDue(object cause) => _paces.GetOrAdd(cause, _ => new LogPace(time)).IsDue();
}
