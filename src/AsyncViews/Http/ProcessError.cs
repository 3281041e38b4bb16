using System.Text.Json.Serialization;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Http;

/// <summary>Why a process has no result, for scripts.</summary>
/// <param name="Title">The state in words.</param>
/// <param name="Code">The state, or the reason where there is one.</param>
/// <param name="Message">What happened, in words.</param>
/// <param name="Reference">What the log calls it.</param>
internal sealed record ProcessError(
    [property: JsonIgnore] string Title,
    [property: JsonPropertyName("code")] string Code,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("reference")] string Reference)
{
    /// <summary>The error of a process that has ended, but not with success.</summary>
    public static ProcessError Of(ProcessStatus status, IStringLocalizer<Strings> texts)
    {
        var isUncommitted = status.Progress.IsUncommitted;
        var (title, message) = status switch
        {
            { State: ProcessState.Canceled, StartedAt: null } => (texts["State.Canceled"], texts["Canceled.BeforeStart"]),
            { State: ProcessState.Canceled } => (texts["State.Canceled"], isUncommitted ? texts["NothingSaved.Canceled"] : texts["Canceled.WhileRunning"]),
            { State: ProcessState.Interrupted } => (texts["State.Interrupted"], isUncommitted ? texts["NothingSaved.Interrupted"] : texts["Interrupted.Text"]),
            { State: ProcessState.Missed } => (texts["State.Missed"], texts["Missed.Text"]),
            _ => (texts["State.Failed"], isUncommitted ? texts["NothingSaved.Failed"] : texts["Failed.Text"]),
        };
        return status.Reason is { } reason
            ? new ProcessError(title, reason.Code[(reason.Code.IndexOf('.') + 1)..], reason.In(texts), status.Id.Reference)
            : new ProcessError(title, status.State.ToString(), message, status.Id.Reference);
    }
}
