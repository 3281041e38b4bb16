using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Endpoints;

/// <summary>An endpoint of the library that answers as a page of the application would, inside its layout.</summary>
internal static class LibraryPage
{
    private const string Page = "page";

    /// <param name="context">The request.</param>
    /// <param name="answer">The answer to it.</param>
    /// <param name="path">As which page: layouts are found, and links in them made, from there.</param>
    public static Task ExecuteAsync(HttpContext context, IActionResult answer, string path)
    {
        var routeData = new RouteData(new RouteValueDictionary(context.Request.RouteValues) { [Page] = path });
        var action = new ActionDescriptor { RouteValues = { [Page] = path }, DisplayName = context.GetEndpoint()?.DisplayName };
        return answer.ExecuteResultAsync(new ActionContext(context, routeData, action));
    }
}
