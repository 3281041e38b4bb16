using System.Reflection;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Pages;

/// <summary>A page's title before it is rendered: what its model has put into ViewData, or would put there with [ViewData].</summary>
internal static class PageTitle
{
    private const string Key = "Title";

    /// <summary>Null where only the page itself sets it.</summary>
    public static string? Of(PageModel page) =>
        page.ViewData[Key]?.ToString() ?? page.GetType().GetProperties().FirstOrDefault(IsTitle)?.GetValue(page)?.ToString();

    private static bool IsTitle(PropertyInfo property) =>
        property.GetCustomAttribute<ViewDataAttribute>() is { } attribute && (attribute.Key ?? property.Name) == Key;
}
