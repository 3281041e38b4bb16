namespace AsyncViews;

/// <summary>The options of recurring work: the terms of its starts, and what becomes of missed ones.</summary>
public sealed record RecurringOptions
{
    /// <summary>The treatment of starts that were missed, since no node ran or none had a worker free. The default is <see cref="MissedStarts.Once"/>.</summary>
    public MissedStarts Missed { get; init; }

    /// <summary>The time after which a start counts as missed with <see cref="MissedStarts.Skip"/>: 1 second to 1 day. The default is 1 minute.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The priority, 0 to 100, as that of <see cref="ScheduleOptions.Priority"/>. The default is 5.</summary>
    public int Priority { get; init; } = ScheduleOptions.DefaultPriority;

    /// <summary>The name that people see, as <see cref="ScheduleOptions.Title"/>.</summary>
    public string? Title { get; init; }
}

/// <summary>The treatment of starts of recurring work that were missed.</summary>
public enum MissedStarts
{
    /// <summary>One start makes up for all of them, as soon as possible.</summary>
    Once,

    /// <summary>They are left out. The next start is the next that is due.</summary>
    Skip,

    /// <summary>Each of them is made up for, the earliest first. Of more than 1,000, only the latest 1,000 are.</summary>
    All,
}
