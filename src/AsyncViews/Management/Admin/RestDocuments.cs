using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncViews.Views;

namespace AsyncViews.Management.Admin;

/// <summary>A process for an operator's script: the JSON that its own page answers polls with, and what only an operator sees.</summary>
internal sealed record RestProcess : CompletedJson
{
    public RestProcess(CompletedJson status) : base(status)
    {
    }

    [JsonPropertyName("id")]
    public required string Id { get; init; }

    [JsonPropertyName("reference")]
    public required string Reference { get; init; }

    [JsonPropertyName("type")]
    public required string Type { get; init; }

    [JsonPropertyName("user")]
    public string? User { get; init; }

    [JsonPropertyName("priority")]
    public int Priority { get; init; }

    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    [JsonPropertyName("starts")]
    public IReadOnlyList<ProcessStart> Starts { get; init; } = [];

    /// <summary>The attempts that failed before the current one; null in a list.</summary>
    [JsonPropertyName("failures")]
    public IReadOnlyList<ProcessFailure>? Failures { get; init; }

    /// <summary>The exception that ended it, with its stack.</summary>
    [JsonPropertyName("exception")]
    public string? Exception { get; init; }

    [JsonPropertyName("endedDateTime")]
    public DateTimeOffset? EndedDateTime { get; init; }
}

/// <summary>A part of a list.</summary>
/// <param name="Processes">The processes.</param>
/// <param name="Next">The address of the next part; null if there is none.</param>
internal sealed record RestList(
    [property: JsonPropertyName("processes")] IReadOnlyList<RestProcess> Processes,
    [property: JsonPropertyName("next")] string? Next);

/// <summary>The progress of a group.</summary>
/// <param name="Reference">The reference with which it began.</param>
/// <param name="Total">The number of its members.</param>
/// <param name="Waiting">Those that wait for a start.</param>
/// <param name="Running">Those that run.</param>
/// <param name="Succeeded">Those that have succeeded.</param>
/// <param name="NotSucceeded">Those that have ended in another way.</param>
/// <param name="Percent">The share of those that have ended, 0 to 100.</param>
/// <param name="CreatedDateTime">The time at which the first was accepted.</param>
/// <param name="StartedDateTime">The time at which the first started; null before.</param>
/// <param name="EndedDateTime">The time at which the last ended; null before.</param>
/// <param name="ElapsedSeconds">The time since the first start; null before the first end.</param>
/// <param name="RemainingSeconds">The time that is left, as far as the ended ones tell; null before the first end.</param>
internal sealed record RestGroup(
    string Reference, int Total, int Waiting, int Running, int Succeeded, int NotSucceeded, double Percent,
    DateTimeOffset CreatedDateTime, DateTimeOffset? StartedDateTime, DateTimeOffset? EndedDateTime, double? ElapsedSeconds, double? RemainingSeconds)
{
    public static RestGroup Of(string reference, GroupStatus group, DateTimeOffset now)
    {
        var estimate = group.EstimateAt(now);
        return new RestGroup(
            reference, group.Total, group.Waiting, group.Running, group.Succeeded, group.NotSucceeded, group.Percent,
            group.CreatedAt, group.StartedAt, group.EndedAt, estimate?.Consumed.TotalSeconds, estimate?.Remaining.TotalSeconds);
    }
}

/// <summary>A job to schedule. A member that it does not have is refused: left out, the job would run at another time, or as another.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RestJob
{
    /// <summary>The name of the job.</summary>
    public required string Job { get; init; }

    /// <summary>Its arguments; none are an empty object.</summary>
    public JsonElement? Arguments { get; init; }

    /// <summary>The earliest time of its start.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The time by which it must have started.</summary>
    public DateTimeOffset? StartBefore { get; init; }

    /// <summary>The priority, 0 to 100.</summary>
    public int? Priority { get; init; }

    /// <summary>The number of attempts, 1 to 100.</summary>
    public int? MaxAttempts { get; init; }

    /// <summary>The name that people see.</summary>
    public string? Title { get; init; }

    /// <summary>The name by which it can be descheduled.</summary>
    public string? Identity { get; init; }

    /// <summary>Entries by which it can be found.</summary>
    public Dictionary<string, string>? Metadata { get; init; }
}
