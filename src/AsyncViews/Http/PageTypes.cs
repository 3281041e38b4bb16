using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Http;

/// <summary>The types of pages' processes.</summary>
internal static class PageTypes
{
    /// <summary>Returns the type that is stored with a process.</summary>
    public static ProcessType Of(PageActionDescriptor page, string? handler = null) => ProcessType.OfPage(page.ViewEnginePath, page.AreaName, handler);
}
