using Microsoft.AspNetCore.Http;

namespace AsyncViews.Progress;

/// <summary>Turns a status into what the views show.</summary>
internal sealed class ProcessPageBuilder(TimeProvider time)
{
    private const int MilestoneStep = 25;

    public ProcessPage Build(HttpRequest request, ProcessStatus status, ProcessAddresses addresses)
    {
        var elapsed = (status.EndedAt ?? time.GetUtcNow()) - status.CreatedAt;
        var band = Cadence.BandAt(elapsed);
        return new ProcessPage
        {
            Status = status,
            Addresses = addresses,
            Form = addresses.Form,
            Updates = request.Query["refresh"] != "0",
            Elapsed = elapsed > TimeSpan.Zero ? elapsed : TimeSpan.Zero,
            Remaining = Estimate.RemainingOf(status, time.GetUtcNow()),
            CadenceBand = band,
            PollInterval = Cadence.IntervalOf(band),
            Milestone = Math.Min((int)((status.Progress.Percent ?? 0) / MilestoneStep), 3) * MilestoneStep,
        };
    }
}
