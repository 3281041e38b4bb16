namespace AsyncViews.Storage;

/// <summary>The terms of when, in what order and how often a process may start. They travel as one value, from whoever sends it to its record.</summary>
public sealed record RunTerms
{
    /// <summary>The default priority.</summary>
    public const int DefaultPriority = ScheduleOptions.DefaultPriority;

    /// <summary>The terms of a process that starts once, as soon as a worker is free.</summary>
    public static RunTerms Default { get; } = new();

    /// <summary>The priority: 0 to 100. Higher ones start first. Each failed attempt lowers it by one.</summary>
    public int Priority { get; init; } = DefaultPriority;

    /// <summary>The earliest time at which it may start; null if it may start at once. Among equal priorities, processes that were scheduled for a time start before the others, the earliest first.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The time at which it becomes Missed unless it has started.</summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>The total number of starts if the server stops during them: more than 1 only if repeating does no harm.</summary>
    public int MaxStarts { get; init; } = 1;

    /// <summary>The total number of attempts if exceptions end them.</summary>
    public int MaxAttempts { get; init; } = 1;

    /// <summary>The priority of the next attempt.</summary>
    internal int NextPriority => Math.Max(Priority - 1, 0);

    /// <summary>Returns whether processes of both terms are ordered by their turns.</summary>
    internal bool IsBeside(RunTerms other) => Place == other.Place;

    /// <summary>Returns whether a process of these terms starts first, whatever the turns.</summary>
    internal bool ComesBefore(RunTerms other) => Place.CompareTo(other.Place) < 0;

    private (int, DateTimeOffset) Place => (-Priority, NotBefore ?? DateTimeOffset.MaxValue);
}
