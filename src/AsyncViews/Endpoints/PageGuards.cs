using AsyncViews.Capture;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Endpoints;

/// <summary>The authorization filters that an application has put on a page, or on all: they guard its processes too.</summary>
internal static class PageGuards
{
    /// <summary>Returns whether a page may have any. What a factory makes is known only when it has made it.</summary>
    public static bool MayGuard(ActionDescriptor page) => page.FilterDescriptors.Any(descriptor => MayBeGuard(descriptor.Filter));

    private static bool MayBeGuard(IFilterMetadata filter) => filter switch
    {
        PageEntranceAttribute or ProcessEndpointsAttribute or SubmissionAntiforgeryAttribute => false,
        IAuthorizationFilter or IAsyncAuthorizationFilter or ServiceFilterAttribute or TypeFilterAttribute => true,
        IFilterFactory => !IsOfFramework(filter.GetType()),
        _ => false,
    };

    /// <summary>The framework's factories make filters for limits, antiforgery, TempData and caches.</summary>
    private static bool IsOfFramework(Type factory) => factory.Namespace?.StartsWith("Microsoft.AspNetCore.Mvc", StringComparison.Ordinal) == true;
}
