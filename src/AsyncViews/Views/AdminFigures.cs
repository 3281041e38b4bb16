namespace AsyncViews.Views;

/// <summary>Something on the operator's overview that needs attention.</summary>
/// <param name="Text">Its description, in the current UI culture.</param>
/// <param name="Query">The query of the list of the processes concerned, with its question mark; null if there is no such list.</param>
public sealed record AdminTrouble(string Text, string? Query = null);

/// <summary>A quota on the operator's overview.</summary>
/// <param name="Name">The name.</param>
/// <param name="Limit">The number of processes that run at once; null if this application does not limit them.</param>
/// <param name="Running">The number of running processes.</param>
/// <param name="Queued">The number of waiting processes.</param>
public sealed record AdminQuota(string Name, int? Limit, int Running, int Queued);

/// <summary>Recurring work on the operator's overview.</summary>
/// <param name="Name">The name.</param>
/// <param name="Pattern">The text of its times.</param>
/// <param name="NextId">The process that is the next start; null if none waits.</param>
/// <param name="NextAt">The time of the next start; null if none waits.</param>
public sealed record AdminRecurring(string Name, string Pattern, ProcessId? NextId, DateTimeOffset? NextAt);

/// <summary>The processes that ended within an hour.</summary>
/// <param name="Hour">The beginning of the hour.</param>
/// <param name="Ended">The number of processes that ended.</param>
/// <param name="Failed">The number of these that failed or were interrupted.</param>
/// <param name="LongestWait">The longest time that one of them had waited for its start. The current hour includes those that still wait.</param>
public sealed record AdminHour(DateTimeOffset Hour, int Ended, int Failed, TimeSpan LongestWait);

/// <summary>The model of a small chart of the last hours.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Bars">The value of each hour, the oldest first.</param>
public sealed record AdminChart(string Title, IReadOnlyList<AdminBar> Bars)
{
    /// <summary>The greatest value.</summary>
    public double Greatest => Bars.Count == 0 ? 0 : Bars.Max(bar => bar.Value);
}

/// <summary>A bar of a chart.</summary>
/// <param name="Hour">The beginning of the hour.</param>
/// <param name="Value">The value, 0 or more.</param>
/// <param name="Text">The value in words.</param>
public sealed record AdminBar(DateTimeOffset Hour, double Value, string Text);
