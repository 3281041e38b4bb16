using AsyncViews.Progress;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Views;

/// <summary>Turns a status into what the views show.</summary>
internal sealed class ProcessPageBuilder(LiveProcesses live, RunHistory history, TimeProvider time, IOptions<AsyncViewsOptions> options)
{
    public ProcessPage Build(HttpRequest request, ProcessRecord record, ProcessAddresses? addresses = null)
    {
        var status = record.ToStatus();
        var elapsed = (status.EndedAt ?? time.GetUtcNow()) - status.CreatedAt;
        var band = Cadence.BandAt(elapsed);
        return new ProcessPage
        {
            Status = status,
            Addresses = addresses,
            Form = addresses?.Form ?? "",
            Embedded = request.Query[ProcessPage.EmbeddedKey] == "1",
            Updates = request.Query["refresh"] != "0",
            IsReload = request.GetTypedHeaders().CacheControl is { NoCache: true } or { MaxAge.Ticks: 0 },
            Elapsed = elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero,
            Remaining = RemainingOf(record),
            KeptUntil = status.ExpiresAt ?? time.GetUtcNow() + options.Value.ResultRetention,
            CadenceBand = band,
            PollInterval = Cadence.Jittered(Cadence.IntervalOf(band)),
            Milestone = Milestone.Of(status.Progress),
        };
    }

    /// <summary>Of what runs here: what runs elsewhere is measured there.</summary>
    private TimeSpan? RemainingOf(ProcessRecord record) => record.State == ProcessState.Running && live.Find(record.Id) is { } running
        ? Estimate.RemainingOf(running.Elapsed, running.Trail.Read(), history.Of(record.Type))
        : null;
}
