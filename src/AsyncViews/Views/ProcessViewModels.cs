using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Views;

/// <summary>Turns records into what the views show.</summary>
internal sealed class ProcessViewModels(TimeProvider time, IOptions<AsyncViewsOptions> options)
{
    public ProcessViewModel Build(HttpRequest request, ProcessRecord record, ProcessAddresses addresses)
    {
        var shown = Observe(request, record);
        var status = shown.Status;
        return new ProcessViewModel
        {
            Status = status,
            Addresses = addresses,
            Embedded = shown.IsEmbedded,
            Updates = RequestKind.WantsUpdates(request),
            IsReload = request.Headers.CacheControl.Count > 0 && request.GetTypedHeaders().CacheControl is { NoCache: true } or { MaxAge.Ticks: 0 },
            Elapsed = ElapsedOf(status),
            Remaining = shown.Remaining,
            CadenceBand = shown.CadenceBand,
            KeptUntil = status.ExpiresAt ?? KeptAfter(EarliestEndOf(status)),
            PollInterval = Cadence.Jittered(Cadence.IntervalOf(shown.CadenceBand)),
            Milestone = Milestone.Of(status.Progress),
        };
    }

    /// <summary>Returns what a page of this request would show of the process.</summary>
    public ShownProgress Observe(HttpRequest request, ProcessRecord record)
    {
        var status = record.ToStatus();
        return new ShownProgress(status, RemainingOf(status), Cadence.BandAt(ElapsedOf(status)), RequestKind.IsEmbedded(request));
    }

    private DateTimeOffset KeptAfter(DateTimeOffset end) =>
        DateTimeOffset.MaxValue - end > options.Value.ResultRetention ? end + options.Value.ResultRetention : DateTimeOffset.MaxValue;

    private DateTimeOffset EarliestEndOf(ProcessStatus status) => status.NotBefore > time.GetUtcNow() ? status.NotBefore.Value : time.GetUtcNow();

    /// <summary>The time since the process was accepted.</summary>
    public TimeSpan ElapsedOf(ProcessStatus status)
    {
        var elapsed = (status.EndedAt ?? time.GetUtcNow()) - status.CreatedAt;
        return elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero;
    }

    /// <summary>The remaining time; null if no estimate can be trusted.</summary>
    public TimeSpan? RemainingOf(ProcessStatus status) => status.State == ProcessState.Running ? Estimate.RemainingOf(status.Progress.Estimate, time.GetUtcNow()) : null;
}
