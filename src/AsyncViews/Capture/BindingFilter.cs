using System.Globalization;
using AsyncViews.Running.Replay;
using AsyncViews.Submissions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;

namespace AsyncViews.Capture;

/// <summary>Next to model binding: sees the page before it and after it, while no filter of the application has had its say.</summary>
internal sealed class BindingFilter : IAsyncPageFilter
{
    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context)
    {
        if (HttpMethods.IsPost(context.HttpContext.Request.Method))
            OwnGet.Of((CompiledPageActionDescriptor)context.ActionDescriptor).Remember(context.HttpContext, context.HandlerInstance);
        return Task.CompletedTask;
    }

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (context.HandlerMethod is not { } handler || !AsyncHandlers.Contain(handler))
        {
            await next();
            return;
        }

        var http = context.HttpContext;
        var isRun = http.Features.Get<ProcessContext>() is not null;

        // Model binding hides what goes wrong here in ModelState: better no run than one with half of what was sent.
        if (isRun && http.Request.HasFormContentType)
            await http.Request.ReadFormAsync(http.RequestAborted);

        var (errors, values) = (Verdict.ErrorsOf(context.ModelState), NamesOfValues(context));
        if (isRun && Compare(http, errors, values) is { } invalid)
        {
            // No exception filter of the application is to make a result of this.
            http.Features.Set(invalid);
            context.Result = new EmptyResult();
            return;
        }

        http.Features.Set(new Bound(errors, values, CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture));
        await next();
    }

    /// <summary>Compares a run with its POST; null where what was valid is valid, and what had a value has one.</summary>
    private static RunInvalid? Compare(HttpContext run, Dictionary<string, string[]> errors, string[] values)
    {
        var found = new RunInvalid(
            [.. errors.Keys.Except(run.Features.Get<Verdict>()!.Bound.Keys)],
            [.. run.Features.Get<CapturedRequest>()!.WithValue.Except(values)]);
        return found is { Keys: [], Missing: [] } ? null : found;
    }

    /// <summary>The bound properties and parameters that have a value, and what was bound from elsewhere than the form, the query and the route: only those are sure to be in the run.</summary>
    private static string[] NamesOfValues(PageHandlerExecutingContext context)
    {
        var request = context.HttpContext.Request;
        var form = context.HttpContext.Features.Get<IFormFeature>()?.Form;
        var properties = context.ActionDescriptor.BoundProperties.OfType<PageBoundPropertyDescriptor>().Where(bound => HasValue(context, bound)).Select(bound => bound.Name);
        var parameters = context.HandlerArguments.Where(argument => argument.Value is not null).Select(argument => argument.Key);
        var others = context.ModelState.Where(state => state.Value!.RawValue is not null).Select(state => state.Key)
            .Where(key => form?.ContainsKey(key) != true && !request.Query.ContainsKey(key) && !request.RouteValues.ContainsKey(key));
        return [.. properties.Union(parameters).Union(others)];
    }

    /// <summary>Returns whether a property got a value. Not every binder says so in ModelState; without that, its own initial value is none.</summary>
    private static bool HasValue(PageHandlerExecutingContext context, PageBoundPropertyDescriptor bound) =>
        bound.Property.CanRead && bound.Property.GetValue(context.HandlerInstance) is { } value
        && (context.ModelState.ContainsKey(bound.BindingInfo?.BinderModelName ?? bound.Name)
            || context.HttpContext.Features.Get<InitialValues>()?.Values.TryGetValue(bound.Property, out var initial) != true
            || !value.Equals(initial));
}

/// <summary>The state of a request after model binding.</summary>
/// <param name="Errors">The errors, by key.</param>
/// <param name="WithValue">The names of the bound properties and handler parameters that have a value, and the keys of ModelState that got one from elsewhere than the form, the query or the route.</param>
/// <param name="Culture">The culture in which it was bound. A filter may set another afterwards, and does so in the run too.</param>
/// <param name="UICulture">The culture of its messages.</param>
internal sealed record Bound(Dictionary<string, string[]> Errors, string[] WithValue, CultureInfo Culture, CultureInfo UICulture);
