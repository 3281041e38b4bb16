using System.Net.Mime;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncViews.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Views;

/// <summary>The status for scripts: a superset of what netsight.async's pages answered, with the fields that Azure's clients read.</summary>
internal record CompletedJson(
    [property: JsonPropertyName("completed")] object Completed,
    [property: JsonPropertyName("progress_message")] string ProgressMessage,
    [property: JsonPropertyName("state")] string State,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("percentComplete")] double? PercentComplete = null,
    [property: JsonPropertyName("createdDateTime")] DateTimeOffset? CreatedDateTime = null,
    [property: JsonPropertyName("resourceLocation")] string? ResourceLocation = null,
    [property: JsonPropertyName("error")] ProcessError? Error = null,
    [property: JsonPropertyName("title")] string? Title = null,
    [property: JsonPropertyName("message")] string? Message = null,
    [property: JsonPropertyName("position")] int? Position = null,
    [property: JsonPropertyName("eta_seconds")] int? EtaSeconds = null,
    [property: JsonPropertyName("version")] long? Version = null,
    [property: JsonPropertyName("poll_after_ms")] int? PollAfterMs = null,
    [property: JsonPropertyName("result")] string? Result = null,
    [property: JsonPropertyName("cancel")] string? Cancel = null)
{
    private const string NotStarted = "NotStarted", Running = "Running", Succeeded = "Succeeded", Failed = "Failed", Canceled = "Canceled";

    /// <summary>Addresses are to be read, and nothing takes this for HTML.</summary>
    private static readonly CompletedJsonContext Json = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The same value under the name that netsight.async's script reads.</summary>
    [JsonPropertyName("progress")]
    public object Progress => Completed;

    /// <summary>The answer for an id that is unknown, or somebody else's.</summary>
    public static CompletedJson Unknown { get; } = new("ERROR", "", "unknown", Failed);

    /// <summary>The answer while the store cannot be read: to be asked for again, since the work may go on.</summary>
    public static CompletedJson Unreadable { get; } = new(false, "", "unknown", Running);

    /// <summary>Describes a process that was just accepted, if it cannot be read.</summary>
    public static CompletedJson Accepted(ProcessAddresses addresses) =>
        new(false, "", "queued", NotStarted, Result: addresses.Result, Cancel: addresses.Cancel);

    public static CompletedJson From(ProcessViewModel process, HttpRequest request, IStringLocalizer<Strings> texts)
    {
        var status = process.Status;
        var completed = CompletedOf(status);
        var inWord = StatusOf(status);
        return new CompletedJson(
            completed,
            MessageOf(completed, texts),
            status.IsGone ? "gone" : status.State.ToString().ToLowerInvariant(),
            inWord,
            status.State == ProcessState.Succeeded ? 100 : status.Percent,
            status.CreatedAt,
            status.IsEnded ? JsonClient.AddressOf(request, process.Addresses.Result) : null,
            inWord == Failed ? ProcessError.Of(status, texts) : null,
            status.Title,
            status.Progress.Message,
            status.Position,
            process.Remaining is { } remaining ? (int)Math.Ceiling(remaining.TotalSeconds) : null,
            status.Version,
            status.IsEnded ? null : (int)process.PollInterval.TotalMilliseconds,
            process.Addresses.Result,
            status.IsEnded ? null : process.Addresses.Cancel);
    }

    /// <summary>The same JSON whatever the application's own settings for JSON are.</summary>
    public IActionResult ToResult(int statusCode) => new BytesResult(statusCode, JsonSerializer.SerializeToUtf8Bytes(this, Json.CompletedJson));

    /// <summary>Written to the response as it is: a script may ask often.</summary>
    private sealed class BytesResult(int statusCode, byte[] json) : IActionResult
    {
        public async Task ExecuteResultAsync(ActionContext context)
        {
            var response = context.HttpContext.Response;
            (response.StatusCode, response.ContentType, response.ContentLength) = (statusCode, MediaTypeNames.Application.Json, json.Length);
            await response.BodyWriter.WriteAsync(json, context.HttpContext.RequestAborted);
        }
    }

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

    /// <summary>A process that waits for its next attempt has started.</summary>
    private static string StatusOf(ProcessStatus status) => status switch
    {
        { State: ProcessState.Succeeded } => Succeeded,
        { State: ProcessState.Canceled } => Canceled,
        { IsEnded: true } => Failed,
        { Attempt: 0 } => NotStarted,
        _ => Running,
    };
}

[JsonSerializable(typeof(CompletedJson))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(string))]
internal sealed partial class CompletedJsonContext : JsonSerializerContext;
