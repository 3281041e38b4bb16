using AsyncViews.Running;
using AsyncViews.Storage;

namespace AsyncViews.Management;

/// <summary>How the queue stands, how long it will take, and what has become of the rest: for the health check and the command.</summary>
internal sealed record QueueHealth
{
    public required int Scheduled { get; init; }

    public required int Queued { get; init; }

    public required int Running { get; init; }

    /// <summary>Runs without a sign of life.</summary>
    public required int Stuck { get; init; }

    /// <summary>Processes that damage keeps from being started.</summary>
    public required int SetAside { get; init; }

    /// <summary>How long the one has waited that waits longest; null where nothing waits.</summary>
    public required int? OldestWaitingSeconds { get; init; }

    /// <summary>When one node has run all that is queued, from how long each type took lately; null where no type has run.</summary>
    public required int? RemainingSeconds { get; init; }

    /// <summary>Tells whether some of what is queued has never run, and is not in the estimate.</summary>
    public required bool IsRough { get; init; }

    /// <summary>The types of queued processes that nothing here runs.</summary>
    public required IReadOnlyList<string> UnknownTypes { get; init; }

    /// <summary>The quotas that something waits or runs under.</summary>
    public required IReadOnlyList<QuotaHealth> Quotas { get; init; }

    public required IReadOnlyList<TypeHealth> Types { get; init; }

    /// <summary>The number of processes that have ended and are kept, by type and by the state's name in lower case.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Ended { get; init; }

    /// <summary>When an attempt failed last, of what is kept; null where none did.</summary>
    public required DateTimeOffset? LastFailureAt { get; init; }

    /// <param name="inspection">What the store tells.</param>
    /// <param name="known">What this node can run.</param>
    /// <param name="workers">How much of it at once.</param>
    /// <param name="now">Since when it waits is counted up to now.</param>
    /// <param name="quotas">The quotas of this node; null for none.</param>
    public static QueueHealth Of(StoreInspection inspection, IReadOnlySet<ProcessType> known, int workers, DateTimeOffset now, Quotas? quotas = null)
    {
        TypeHealth[] types = [.. inspection.Types.Select(type => new TypeHealth(type.Type.ToString(), type.Queued, type.AverageRun?.TotalSeconds, SecondsOf(type, Math.Min(workers, quotas?.LimitOf(type.Type) ?? workers))))];
        var measured = types.Where(type => type.AverageSeconds is not null).ToArray();
        return new QueueHealth
        {
            Scheduled = inspection.Scheduled,
            Queued = inspection.Queued,
            Running = inspection.Running,
            Stuck = inspection.Stuck,
            SetAside = inspection.SetAside,
            OldestWaitingSeconds = inspection.OldestQueuedAt is { } oldest ? (int)(now - oldest).TotalSeconds : null,
            RemainingSeconds = measured.Length == 0 ? null : SecondsOf(measured, workers),
            IsRough = measured.Length < types.Length,
            UnknownTypes = [.. inspection.UnknownTypes(known).Select(type => type.ToString())],
            Quotas = [.. inspection.Quotas.OrderBy(use => use.Name, StringComparer.Ordinal).Select(use => new QuotaHealth(use.Name, quotas?.Limits.TryGetValue(use.Name, out var limit) == true ? limit : null, use.Running, use.Queued))],
            Types = types,
            Ended = CountByType(inspection.Ended),
            LastFailureAt = inspection.LastFailureAt,
        };
    }

    private static Dictionary<string, IReadOnlyDictionary<string, int>> CountByType(IEnumerable<EndedCount> counts) => counts
        .GroupBy(count => count.Type.ToString())
        .OrderBy(type => type.Key, StringComparer.Ordinal)
        .ToDictionary(type => type.Key, CountByState);

    private static IReadOnlyDictionary<string, int> CountByState(IEnumerable<EndedCount> counts) =>
        counts.OrderBy(count => count.State).ToDictionary(count => count.State.ToString().ToLowerInvariant(), count => count.Count);

    /// <summary>The types share the workers, and nothing ends sooner than its slowest type.</summary>
    private static int SecondsOf(TypeHealth[] types, int workers) =>
        (int)Math.Ceiling(Math.Max(types.Max(type => type.RemainingSeconds!.Value), types.Sum(type => type.AverageSeconds!.Value * type.Queued) / workers));

    private static double? SecondsOf(QueuedType type, int workers) => type.AverageRun?.TotalSeconds * type.Queued / Math.Min(workers, type.Queued);
}

/// <summary>The queue of one type.</summary>
internal sealed record TypeHealth(string Type, int Queued, double? AverageSeconds, double? RemainingSeconds);

/// <summary>One quota: its limit, null where this application has none of that name, and what runs and waits under it.</summary>
internal sealed record QuotaHealth(string Name, int? Limit, int Running, int Queued);
