using AsyncViews.Http;
using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;

namespace AsyncViews.Capture;

/// <summary>Finds the handler of a page that a request reaches.</summary>
internal static class PageHandlers
{
    /// <summary>Returns whether a POST reaches a handler that runs as a process.</summary>
    public static bool IsSubmission(HttpRequest request, CompiledPageActionDescriptor page) =>
        HttpMethods.IsPost(request.Method) && Find(request, page) is { } handler && AsyncHandlers.Contain(handler);

    /// <summary>Null where the page has none for it. Razor Pages falls back to the default one from a name that no handler has.</summary>
    public static HandlerMethodDescriptor? Find(HttpRequest request, CompiledPageActionDescriptor page)
    {
        var name = RequestedHandler.NameIn(request);
        HandlerMethodDescriptor? unnamed = null;
        foreach (var handler in page.HandlerMethods)
        {
            if (!request.Method.Equals(handler.HttpMethod, StringComparison.OrdinalIgnoreCase))
                continue;

            if (handler.Name is null)
                unnamed ??= handler;
            else if (handler.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return handler;
        }

        return unnamed;
    }
}
