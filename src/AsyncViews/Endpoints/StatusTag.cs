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

    /// <summary>Returns whether a script has what it would be answered.</summary>
    public static bool IsKnown(HttpRequest request, ProcessViewModel process) =>
        request.Headers.IfNoneMatch.Count > 0
        && request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(EntityTagHeaderValue.Parse(Of(process, isJson: true)), useStrongComparison: false));
}
