using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace AsyncViews.Benchmarks.Server;

/// <summary>Counts what is allocated by type, from the samples that the runtime takes of every 100 KB.</summary>
internal sealed class AllocationTypes : EventListener
{
    private const EventKeywords Gc = (EventKeywords)1;

    private static readonly ConcurrentDictionary<string, long> Bytes = new();
    private static AllocationTypes? _listener;

    /// <summary>The types with the most bytes since this was asked last; the first asking begins the counting.</summary>
    public static KeyValuePair<string, long>[] Take()
    {
        _listener ??= new AllocationTypes();
        var most = Bytes.OrderByDescending(type => type.Value).Take(30).ToArray();
        Bytes.Clear();
        return most;
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            EnableEvents(eventSource, EventLevel.Verbose, Gc);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCAllocationTick", StringComparison.Ordinal) != true || eventData.PayloadNames is not { } names)
            return;

        var type = eventData.Payload![names.IndexOf("TypeName")] as string ?? "";
        var bytes = Convert.ToInt64(eventData.Payload[names.IndexOf("AllocationAmount64")]);
        Bytes.AddOrUpdate(type, bytes, (_, sum) => sum + bytes);
    }
}
