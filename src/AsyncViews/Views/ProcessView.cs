using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace AsyncViews.Views;

/// <summary>A view of the library, or the application's own at the same path, inside the application's layout.</summary>
internal static class ProcessView
{
    /// <summary>One for all views: it learns a model's properties by reflection, and remembers them.</summary>
    private static readonly EmptyModelMetadataProvider Metadata = new();

    public static ViewResult Page<TModel>(string name, TModel model, int statusCode) => new()
    {
        ViewName = PathOf(name),
        ViewData = DataOf(model),
        StatusCode = statusCode,
    };

    public static PartialViewResult Fragment<TModel>(string name, TModel model) => new()
    {
        ViewName = PathOf(name),
        ViewData = DataOf(model),
    };

    public static string PathOf(string name) => $"/Pages/Shared/_AsyncViews/{name}.cshtml";

    private static ViewDataDictionary<TModel> DataOf<TModel>(TModel model) =>
        new(Metadata, new ModelStateDictionary()) { Model = model };
}
