using System.Globalization;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Endpoints;

/// <summary>The weak ETag of what a poll is answered.</summary>
internal static class StatusTag
{
    /// <summary>Each form of the answer has a tag of its own.</summary>
    public static string Of(ProcessViewModel process, bool isJson) => string.Create(CultureInfo.InvariantCulture,
        $"W/\"{process.Status.Version}.{process.Status.State}.{process.Status.Attempt}.{process.Status.Position}.{process.Remaining?.TotalSeconds}.{CultureInfo.CurrentUICulture.Name}.{(isJson ? "json" : "html")}\"");

    /// <summary>Returns whether a script has what it would be answered, or has been told more by another node.</summary>
    public static bool IsKnown(HttpRequest request, ProcessViewModel process) =>
        request.Headers.IfNoneMatch.Count > 0
        && request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(EntityTagHeaderValue.Parse(Of(process, isJson: true)), useStrongComparison: false) || IsLater(known, process.Status));

    /// <summary>Returns whether it is the tag of a later version of the same run: the node that runs it told it, and the store will know it soon.</summary>
    private static bool IsLater(EntityTagHeaderValue tag, ProcessStatus status) =>
        status.State == ProcessState.Running && tag.Tag.Value?.Trim('"').Split('.') is [var version, nameof(ProcessState.Running), var attempt, .., "json"]
        && attempt == status.Attempt.ToString(CultureInfo.InvariantCulture) && long.TryParse(version, CultureInfo.InvariantCulture, out var told) && told > status.Version;
}
