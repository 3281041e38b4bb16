using AsyncViews.Running;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Pages;

/// <summary>Puts the library's page filters around those of the application.</summary>
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

        context.Results.Insert(0, First);
        context.Results.Add(Last);
    }

    public void OnProvidersExecuted(FilterProviderContext context)
    {
    }

    private static FilterItem Of(IFilterMetadata filter) => new(new FilterDescriptor(filter, FilterScope.Last), filter);
}
