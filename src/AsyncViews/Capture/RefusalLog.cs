using AsyncViews.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Capture;

/// <summary>Says which page refuses POSTs, and why: each cause once a minute, however many are sent.</summary>
internal sealed class RefusalLog(TimeProvider time, IHostEnvironment environment, ILogger<RefusalLog> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Page, RefusalCause Cause), long> _said = [];

    public void Add(HttpContext context, SubmissionRefusal refusal)
    {
        var endpoint = context.GetEndpoint();
        var page = endpoint?.Metadata.GetMetadata<PageActionDescriptor>()?.RelativePath ?? endpoint?.DisplayName ?? "";
        var cause = refusal.Cause;
        if (context.RequestAborted.IsCancellationRequested || !IsDue(page, cause))
            return;

        if (environment.IsDevelopment())
            Log.PostRefusedWithRemedy(logger, page, cause.Reason, refusal.Detail is null ? cause.Remedy : $"{cause.Remedy} {refusal.Detail}");
        else
            Log.PostRefused(logger, page, cause.Reason);
    }

    private bool IsDue(string page, RefusalCause cause)
    {
        lock (_lock)
        {
            if (_said.TryGetValue((page, cause), out var last) && time.GetElapsedTime(last) < Interval)
                return false;

            _said[(page, cause)] = time.GetTimestamp();
            return true;
        }
    }
}
