using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Tests.Support;

/// <summary>A page filter that counts its calls for POSTs, and can do something at each.</summary>
public class CountingFilter(Action<PageHandlerExecutingContext, int>? each = null) : IPageFilter
{
    public int Calls { get; private set; }

    public void OnPageHandlerSelected(PageHandlerSelectedContext context)
    {
    }

    public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (HttpMethods.IsPost(context.HttpContext.Request.Method))
            each?.Invoke(context, ++Calls);
    }

    public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
    {
    }
}

/// <summary>One that says itself what it belongs to.</summary>
[SubmissionOnly]
public sealed class MarkedSubmissionFilter(Action<PageHandlerExecutingContext, int> each) : CountingFilter(each);

/// <summary>One that says itself what it belongs to.</summary>
[RunOnly]
public sealed class MarkedRunFilter(Action<PageHandlerExecutingContext, int> each) : CountingFilter(each);

/// <summary>Somebody else's, of which the page says what it belongs to.</summary>
public sealed class NamedOnPageFilter(Action<PageHandlerExecutingContext, int> each) : CountingFilter(each);

/// <summary>A filter that the page marks, and not its class.</summary>
public interface IRunFilter : IFilterMetadata;

/// <inheritdoc cref="NamedOnPageFilter" />
public sealed class NamedRunFilter(Action<PageHandlerExecutingContext, int> each) : CountingFilter(each), IRunFilter;

/// <summary>Makes a filter that carries no mark itself.</summary>
[SubmissionOnly]
public sealed class FilterFactory(CountingFilter filter) : IFilterFactory
{
    public bool IsReusable => false;

    public IFilterMetadata CreateInstance(IServiceProvider serviceProvider) => filter;
}
