using System.Reflection;
using System.Runtime.CompilerServices;
using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Capture;

/// <summary>
/// Runs the page's own OnGet where its form is shown again after a POST, as on a GET of the same address: what it loads for the
/// view is there, and what was posted is as it was.
/// </summary>
internal sealed class OwnGet
{
    private static readonly ConditionalWeakTable<CompiledPageActionDescriptor, OwnGet> Known = [];

    private readonly CompiledPageActionDescriptor _page;
    private readonly HandlerMethodDescriptor? _handler;
    private readonly PropertyInfo[] _bound;

    private OwnGet(CompiledPageActionDescriptor page)
    {
        var unnamed = page.HandlerMethods.Where(handler => handler.Name is null && HttpMethods.IsGet(handler.HttpMethod)).ToArray();
        var isReplaced = IsOverridden(page.HandlerTypeInfo, "InitialPage");
        _page = page;
        _handler = !isReplaced && unnamed is [var one] ? one : null;
        IsInDoubt = unnamed.Length > 1 && !isReplaced && !IsOverridden(page.HandlerTypeInfo, "InitialPageAsync");
        _bound = [.. page.BoundProperties.OfType<PageBoundPropertyDescriptor>().Select(bound => bound.Property).Where(property => property.CanWrite)];
    }

    /// <summary>Tells whether the page has several, so that none is run.</summary>
    public bool IsInDoubt { get; }

    public static OwnGet Of(CompiledPageActionDescriptor page) => Known.GetValue(page, key => new OwnGet(key));

    /// <summary>Before model binding: remembers the values with which a GET would begin.</summary>
    public void Remember(HttpContext context, object page) => context.Features.Set(new InitialValues(ValuesOf(page)));

    /// <summary>Null where the page has no OnGet to be run, or this is a GET.</summary>
    public async Task<IActionResult?> RunAsync(PageModel page)
    {
        var request = page.Request;
        if (_handler is null || page.HttpContext.Features.Get<InitialValues>() is not { } initial || HttpMethods.IsGet(request.Method))
            return null;

        var (method, values, errors) = (request.Method, ValuesOf(page), new ModelStateDictionary(page.ModelState));
        try
        {
            request.Method = HttpMethods.Get;
            page.ModelState.Clear();
            SetValues(page, initial.Values);
            return await InvokeAsync(page, _handler) ?? page.Page();
        }
        finally
        {
            request.Method = method;
            SetValues(page, values);
            page.ModelState.Clear();
            page.ModelState.Merge(errors);
        }
    }

    private static bool IsOverridden(Type page, string method) =>
        !AsyncHandlers.IsOfLibrary(page.GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic, Type.EmptyTypes)!);

    private Dictionary<PropertyInfo, object?> ValuesOf(object page) => _bound.ToDictionary(property => property, property => property.CanRead ? property.GetValue(page) : null);

    private static void SetValues(object page, IReadOnlyDictionary<PropertyInfo, object?> values)
    {
        foreach (var (property, value) in values)
            property.SetValue(page, value);
    }

    private async Task<IActionResult?> InvokeAsync(PageModel page, HandlerMethodDescriptor handler)
    {
        var services = page.HttpContext.RequestServices;
        var metadata = services.GetRequiredService<IModelMetadataProvider>();
        var providers = await CompositeValueProvider.CreateAsync(page.PageContext, [.. page.PageContext.ValueProviderFactories.Where(IsOfGet)]);

        foreach (var bound in _page.BoundProperties.OfType<PageBoundPropertyDescriptor>().Where(bound => bound.Property.CanWrite))
        {
            if (await BindAsync(bound, metadata.GetMetadataForProperty(_page.HandlerTypeInfo, bound.Name)) is { IsModelSet: true } result)
                bound.Property.SetValue(page, result.Model);
        }

        var arguments = new object?[handler.Parameters.Count];
        for (var index = 0; index < arguments.Length; index++)
        {
            var parameter = handler.Parameters[index];
            var ofParameter = metadata is ModelMetadataProvider full ? full.GetMetadataForParameter(parameter.ParameterInfo) : metadata.GetMetadataForType(parameter.ParameterType);
            var result = await BindAsync(parameter, ofParameter);
            arguments[index] = result.IsModelSet ? result.Model : DefaultOf(parameter.ParameterInfo);
        }

        return await ResultOfAsync(handler.MethodInfo, handler.MethodInfo.Invoke(page, BindingFlags.DoNotWrapExceptions, null, arguments, null));

        async Task<ModelBindingResult> BindAsync(ParameterDescriptor parameter, ModelMetadata of)
        {
            if (!of.IsBindingAllowed)
                return ModelBindingResult.Failed();

            var binder = services.GetRequiredService<IModelBinderFactory>().CreateBinder(
                new ModelBinderFactoryContext { BindingInfo = parameter.BindingInfo, Metadata = of, CacheToken = parameter });
            return await services.GetRequiredService<ParameterBinder>().BindModelAsync(page.PageContext, binder, providers, parameter, of, value: null);
        }
    }

    /// <summary>Reflection tells the default of a nullable enumeration as its number.</summary>
    private static object? DefaultOf(ParameterInfo parameter) =>
        !parameter.HasDefaultValue ? null
        : parameter.DefaultValue is { } value && Nullable.GetUnderlyingType(parameter.ParameterType) is { IsEnum: true } type ? Enum.ToObject(type, value)
        : parameter.DefaultValue;

    /// <summary>The form that was posted is none of a GET's input.</summary>
    private static bool IsOfGet(IValueProviderFactory factory) =>
        factory is not (FormValueProviderFactory or FormFileValueProviderFactory or JQueryFormValueProviderFactory);

    private static async Task<IActionResult?> ResultOfAsync(MethodInfo method, object? returned)
    {
        if (returned is not Task task)
            return returned as IActionResult;

        await task;
        return method.ReturnType.GetProperty(nameof(Task<>.Result))?.GetValue(task) as IActionResult;
    }
}

/// <summary>The values of a page's bound properties before model binding.</summary>
internal sealed record InitialValues(IReadOnlyDictionary<PropertyInfo, object?> Values);
