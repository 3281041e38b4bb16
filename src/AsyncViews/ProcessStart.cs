using System.Collections.ObjectModel;
using System.Globalization;

namespace AsyncViews;

/// <summary>A start of a process.</summary>
/// <param name="Attempt">The number of the start: 1 is the first.</param>
/// <param name="At">The time of the claim.</param>
/// <param name="Node">The name of the node that claimed it.</param>
public sealed record ProcessStart(int Attempt, DateTimeOffset At, string Node)
{
    /// <summary>Parses a text of lines, as stores write it with each claim: the number, the UTC ticks and the node's name, with a space between them. Other lines are left out.</summary>
    public static IReadOnlyList<ProcessStart> ParseAll(string? lines)
    {
        List<ProcessStart> starts = [];
        foreach (var line in (lines ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(' ', 3) is [var attempt, var ticks, var node]
                && int.TryParse(attempt, CultureInfo.InvariantCulture, out var number)
                && long.TryParse(ticks, CultureInfo.InvariantCulture, out var at) && at >= 0 && at <= DateTime.MaxValue.Ticks)
                starts.Add(new ProcessStart(number, new DateTimeOffset(at, TimeSpan.Zero), node));
        }

        return starts.Count == 0 ? [] : new Starts(starts);
    }

    /// <summary>These starts, and this one behind them.</summary>
    internal static IReadOnlyList<ProcessStart> Append(IReadOnlyList<ProcessStart> starts, ProcessStart last) => new Starts([.. starts, last]);

    /// <summary>Equal to others of equal starts, so that records of processes can be compared.</summary>
    private sealed class Starts(List<ProcessStart> starts) : ReadOnlyCollection<ProcessStart>(starts)
    {
        public override bool Equals(object? obj) => obj is Starts other && other.SequenceEqual(this);

        public override int GetHashCode() => Count;
    }
}
