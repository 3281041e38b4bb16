using AsyncViews.Http;
using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Capture;

/// <summary>Puts the library's page filters around those of the application, and leaves out those that belong to the other pass of a POST.</summary>
internal sealed class PageFilters : IFilterProvider
{
    private static readonly FilterItem First = Of(new BindingFilter());
    private static readonly FilterItem Last = Of(new HandlerFilter());

    /// <summary>After every other provider.</summary>
    public int Order => int.MaxValue;

    public void OnProvidersExecuting(FilterProviderContext context)
    {
        if (context.ActionContext.ActionDescriptor is not CompiledPageActionDescriptor page || !ProcessPages.Contain(page))
            return;

        LeaveOut(context.Results, page, context.ActionContext.HttpContext);
        if (RequestedHandler.Is(context.ActionContext.HttpContext.Request, HandlerNames.Processing))
            LeaveOutViewData(context.Results);
        context.Results.Insert(0, First);
        context.Results.Add(Last);
    }

    public void OnProvidersExecuted(FilterProviderContext context)
    {
    }

    private static void LeaveOut(IList<FilterItem> filters, CompiledPageActionDescriptor page, HttpContext context)
    {
        var isRun = context.Features.Get<ProcessContext>() is not null;
        if (!isRun && !PageHandlers.IsSubmission(context.Request, page))
            return;

        var marks = FilterMarks.Of(page.HandlerTypeInfo);
        for (var index = filters.Count - 1; index >= 0; index--)
        {
            if (isRun ? marks.IsSubmissionOnly(filters[index]) : marks.IsRunOnly(filters[index]))
                filters.RemoveAt(index);
        }
    }

    /// <summary>The waiting page asks the properties with [ViewData] itself. The framework's filter, which is internal, would not stand their exceptions.</summary>
    private static void LeaveOutViewData(IList<FilterItem> filters)
    {
        if (filters.FirstOrDefault(item => item.Descriptor.Filter.GetType().Name == "PageViewDataAttributeFilterFactory") is { } filter)
            filters.Remove(filter);
    }

    private static FilterItem Of(IFilterMetadata filter) => new(new FilterDescriptor(filter, FilterScope.Last), filter);
}
