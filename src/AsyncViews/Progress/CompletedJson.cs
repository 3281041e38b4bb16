using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Progress;

/// <summary>The status for scripts: a superset of what netsight.async's pages answered.</summary>
internal sealed record CompletedJson(
    [property: JsonPropertyName("completed")] object Completed,
    [property: JsonPropertyName("progress_message")] string ProgressMessage,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("title")] string? Title = null,
    [property: JsonPropertyName("message")] string? Message = null,
    [property: JsonPropertyName("position")] int? Position = null,
    [property: JsonPropertyName("eta_seconds")] int? EtaSeconds = null,
    [property: JsonPropertyName("version")] long? Version = null,
    [property: JsonPropertyName("poll_after_ms")] int? PollAfterMs = null,
    [property: JsonPropertyName("result")] string? Result = null,
    [property: JsonPropertyName("cancel")] string? Cancel = null)
{
    /// <summary>The same value under the name that netsight.async's script reads.</summary>
    [JsonPropertyName("progress")]
    public object Progress => Completed;

    /// <summary>The answer for an id that is unknown, or somebody else's.</summary>
    public static CompletedJson Unknown { get; } = new("ERROR", "", "unknown");

    public static CompletedJson From(ProcessPage page, IStringLocalizer<Strings> texts)
    {
        var status = page.Status!;
        var completed = CompletedOf(status);
        return new CompletedJson(
            completed,
            MessageOf(completed, texts),
            status.IsGone ? "gone" : status.State.ToString().ToLowerInvariant(),
            status.Title,
            status.Progress.Message,
            status.Position,
            page.Remaining is { } remaining ? (int)Math.Ceiling(remaining.TotalSeconds) : null,
            status.Version,
            status.IsEnded ? null : (int)page.PollInterval.TotalMilliseconds,
            page.Addresses!.Result,
            status.IsEnded ? null : page.Addresses.Cancel);
    }

    public JsonResult ToResult(int statusCode) => new(this) { StatusCode = statusCode, ContentType = "application/json" };

    private static object CompletedOf(ProcessStatus status) => status switch
    {
        { State: ProcessState.Succeeded, IsGone: false } => status.Progress.Percent is null ? true : 100,
        { IsEnded: true } => "ERROR",
        { Percent: { } percent } => percent,
        _ => false,
    };

    /// <summary>Of the number that is sent. Python's False counts as 0 there; an error has no message.</summary>
    private static string MessageOf(object completed, IStringLocalizer<Strings> texts) => completed switch
    {
        string => "",
        bool hasSucceeded => texts["Progress.Completed", hasSucceeded ? 100 : 0],
        _ => texts["Progress.Completed", completed],
    };
}
