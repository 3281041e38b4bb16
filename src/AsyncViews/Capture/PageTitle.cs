using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Capture;

/// <summary>A page's title before it is rendered: what its model has put into ViewData, or would put there with [ViewData].</summary>
internal static class PageTitle
{
    private const string Key = "Title";

    private static readonly ConditionalWeakTable<Type, Lazy<PropertyInfo?>> Properties = [];

    /// <summary>Null where only the page itself sets it.</summary>
    public static string? Of(PageModel page) => page.ViewData[Key]?.ToString() ?? PropertyOf(page.GetType())?.GetValue(page)?.ToString();

    private static PropertyInfo? PropertyOf(Type page) =>
        Properties.GetValue(page, type => new Lazy<PropertyInfo?>(() => type.GetProperties().FirstOrDefault(IsTitle))).Value;

    private static bool IsTitle(PropertyInfo property) =>
        property.GetCustomAttribute<ViewDataAttribute>() is { } attribute && (attribute.Key ?? property.Name) == Key;
}
