using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace AsyncViews.Diagnostics;

/// <summary>Traces and metrics, under the name <c>AsyncViews</c>. They carry page paths and states, never ids of owners or content.</summary>
internal sealed class Telemetry
{
    public const string Name = "AsyncViews";

    public static readonly ActivitySource Activities = new(Name);

    private readonly SafeLogger<Telemetry> _logger;
    private readonly Meter _meter;
    private readonly Counter<long> _submissions;
    private readonly Histogram<double> _waited;
    private readonly Histogram<double> _ran;
    private readonly UpDownCounter<long> _running;
    private Inspection? _inspection = new(0, 0, 0, TimeSpan.Zero);

    public Telemetry(IMeterFactory meters, SafeLogger<Telemetry> logger)
    {
        _logger = logger;
        _meter = meters.Create(Name);
        _submissions = _meter.CreateCounter<long>("asyncviews.submissions", "{submission}", "Submissions by what became of them.");
        _waited = _meter.CreateHistogram<double>("asyncviews.process.wait", "s", "From when it could have started to the start of the run.");
        _ran = _meter.CreateHistogram<double>("asyncviews.process.duration", "s", "From the start of the run to its end.");
        _running = _meter.CreateUpDownCounter<long>("asyncviews.processes.running", "{process}", "Processes that run on this node.");
        _meter.CreateObservableGauge("asyncviews.processes.queued", () => Observe(last => last.Queued), "{process}", "Processes that wait.");
        _meter.CreateObservableGauge("asyncviews.processes.stuck", () => Observe(last => last.Stuck), "{process}", "Running processes without a sign of life.");
        _meter.CreateObservableGauge("asyncviews.types.unknown", () => Observe(last => last.UnknownTypes), "{type}", "Pages that queued processes wait for and this application does not have.");
        _meter.CreateObservableGauge("asyncviews.queue.oldest", () => Observe(last => last.OldestWait.TotalSeconds), "s", "How long the first in the queue has waited.");
        _meter.CreateObservableGauge("asyncviews.store.reachable", () => _inspection is null ? 0 : 1, null, "1 where the last sweep could read and write the store, else 0.");
    }

    /// <summary>Publishes the number of held polls.</summary>
    public void ObserveHeldPolls(Func<int> count) => _meter.CreateObservableUpDownCounter("asyncviews.polls.held", count, "{poll}", "Polls that wait for news on this node.");

    /// <summary>A trace of its own, linked to the POST's: the run may outlive it by hours.</summary>
    public Activity? StartRun(ProcessType type, string? traceParent, string? traceState)
    {
        ActivityLink[] links = ActivityContext.TryParse(traceParent, traceState, isRemote: true, out var post) ? [new(post)] : [];
        Activity? activity = null;
        Tell(() => activity = Activities.StartActivity($"run {type}", ActivityKind.Consumer, default(ActivityContext), links: links));
        return activity;
    }

    public void EndRun(Activity? activity) => Tell(() => activity?.Dispose());

    /// <summary>Records what the last sweep saw.</summary>
    public void Inspected(int queued, int stuck, int unknownTypes, TimeSpan oldestWait) => _inspection = new(queued, stuck, unknownTypes, oldestWait);

    /// <summary>The last sweep could not use the store: what was seen before it may not be true any more.</summary>
    public void NotInspected() => _inspection = null;

    public void Submitted(ProcessType type, string outcome) =>
        Tell(() => _submissions.Add(1, new("asyncviews.type", type.ToString()), new("asyncviews.outcome", outcome)));

    public void Started(ProcessType type, TimeSpan waited)
    {
        Tell(() => _waited.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("asyncviews.type", type.ToString())));
        Tell(() => _running.Add(1, new KeyValuePair<string, object?>("asyncviews.type", type.ToString())));
    }

    public void Ended(ProcessType type, ProcessState state, TimeSpan ran)
    {
        Tell(() => _ran.Record(ran.TotalSeconds, new("asyncviews.type", type.ToString()), new("asyncviews.state", state.ToString())));
        Tell(() => _running.Add(-1, new KeyValuePair<string, object?>("asyncviews.type", type.ToString())));
    }

    /// <summary>Those who listen to traces and metrics are the application's, and nothing may end with their exceptions.</summary>
    private void Tell(Action listeners)
    {
        try
        {
            listeners();
        }
        catch (Exception exception)
        {
            Log.ListenerFailed(_logger, exception);
        }
    }

    private Measurement<T>[] Observe<T>(Func<Inspection, T> read) where T : struct => _inspection is { } last ? [new(read(last))] : [];

    private sealed record Inspection(int Queued, int Stuck, int UnknownTypes, TimeSpan OldestWait);
}
