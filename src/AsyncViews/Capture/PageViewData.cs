using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Capture;

/// <summary>The properties of a page with [ViewData], asked before its handler has run: what they stand on may not be there.</summary>
internal static class PageViewData
{
    private const string Title = "Title";

    private static readonly ConditionalWeakTable<Type, PropertyInfo[]> Known = [];

    /// <summary>The title of a page before it is rendered; null where only the page itself sets it.</summary>
    public static string? TitleOf(PageModel page) =>
        page.ViewData[Title]?.ToString() ?? PropertiesOf(page).Where(property => KeyOf(property) == Title).Select(property => ValueOf(property, page)?.ToString()).FirstOrDefault();

    /// <summary>Puts the values that the properties have into the view's data, as the framework does after a handler.</summary>
    public static void Fill(PageModel page, IActionResult result)
    {
        var data = result switch { PageResult => page.ViewData, ViewResult view => view.ViewData, PartialViewResult view => view.ViewData, _ => null };
        if (data is null)
            return;

        foreach (var property in PropertiesOf(page))
        {
            if (ValueOf(property, page) is { } value)
                data[KeyOf(property)] = value;
        }
    }

    private static PropertyInfo[] PropertiesOf(PageModel page) =>
        Known.GetValue(page.GetType(), type => [.. type.GetProperties().Where(property => property.CanRead && property.IsDefined(typeof(ViewDataAttribute)))]);

    private static string KeyOf(PropertyInfo property) => property.GetCustomAttribute<ViewDataAttribute>()!.Key ?? property.Name;

    private static object? ValueOf(PropertyInfo property, PageModel page)
    {
        try
        {
            return property.GetValue(page);
        }
        catch (TargetInvocationException)
        {
            // It is computed of what the handler loads.
            return null;
        }
    }
}
