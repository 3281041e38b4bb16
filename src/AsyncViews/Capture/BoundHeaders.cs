using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Capture;

/// <summary>The headers that a page binds with [FromHeader]: its own properties, a handler's parameters, and what is inside of them.</summary>
internal sealed class BoundHeaders
{
    private static readonly ConditionalWeakTable<HandlerMethodDescriptor, string[]> Known = [];

    private readonly IModelMetadataProvider _metadata;
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<Type> _seen = [];

    private BoundHeaders(IModelMetadataProvider metadata) => _metadata = metadata;

    /// <summary>The names of those that one handler of the page sees.</summary>
    public static string[] Of(CompiledPageActionDescriptor page, HandlerMethodDescriptor handler, IModelMetadataProvider metadata) => Known.GetValue(handler, _ =>
    {
        var found = new BoundHeaders(metadata);
        foreach (var one in page.BoundProperties.Concat(handler.Parameters))
            found.Add(one);
        return [.. found._names];
    });

    /// <summary>Returns whether a header may be good for signing in, so that it is never captured as a whole.</summary>
    public static bool IsSecret(string name) =>
        name.Equals(HeaderNames.Authorization, StringComparison.OrdinalIgnoreCase) || name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase);

    private void Add(ParameterDescriptor bound)
    {
        var model = _metadata.GetMetadataForType(bound.ParameterType);
        Add(bound.BindingInfo?.BindingSource ?? model.BindingSource, bound.BindingInfo?.BinderModelName ?? bound.Name, model);
    }

    private void Add(BindingSource? source, string name, ModelMetadata model)
    {
        if (source == BindingSource.Header)
            _names.Add(name);
        else if (source is not { IsGreedy: true })
            AddInside(model);
    }

    private void AddInside(ModelMetadata model)
    {
        if (!_seen.Add(model.ModelType))
            return;

        foreach (var one in model.Properties.Concat(model.BoundConstructor?.BoundConstructorParameters ?? []))
            Add(one.BindingSource, one.BinderModelName ?? one.Name!, one);
        if (model.ElementMetadata is { } element)
            AddInside(element);
    }
}
