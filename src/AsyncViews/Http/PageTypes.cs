using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Http;

/// <summary>The types of pages' processes: the page, and its handler where that has a name.</summary>
internal static class PageTypes
{
    private const string HandlerMark = "?handler=";

    /// <summary>Returns the beginning of the types of all handlers of a page.</summary>
    public static string Of(PageActionDescriptor page) => $"page:{page.AreaName}{page.ViewEnginePath}";

    /// <summary>Returns the type that is stored with a process.</summary>
    public static string Of(PageActionDescriptor page, string? handler) => handler is null ? Of(page) : Of(page) + HandlerMark + handler;

    /// <summary>The name of the handler that runs processes of this type; null where that is the page's default, or a job.</summary>
    public static string? HandlerNameOf(string type) => type.IndexOf(HandlerMark, StringComparison.Ordinal) is >= 0 and var mark ? type[(mark + HandlerMark.Length)..] : null;

    /// <summary>Returns whether processes of this type belong to the page.</summary>
    public static bool BelongsTo(string type, string page) =>
        type.StartsWith(page, StringComparison.Ordinal) && (type.Length == page.Length || type.AsSpan(page.Length).StartsWith(HandlerMark, StringComparison.Ordinal));
}
