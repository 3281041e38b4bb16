using System.Runtime.CompilerServices;
using AsyncViews.Capture;
using AsyncViews.Running;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace AsyncViews.Pages;

/// <summary>
/// Has a page's polls answered in its place, under the same policies: they are the most frequent of all requests, may be
/// held for long, and need nothing of what invoking a page makes ready.
/// </summary>
/// <remarks>
/// The page's metadata go with them: authorization, CORS, rate limits. Filters of MVC do not, nor does anything else that
/// belongs to the page. Where pages are compiled at runtime, their first authorization filter answers.
/// </remarks>
internal sealed class PollMatcherPolicy(ProcessEndpoints processes) : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, RouteEndpoint> _polls = [];

    /// <summary>Behind the framework's own, which puts a page in the place of a dynamic endpoint.</summary>
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => ContainsDynamicEndpoints(endpoints) || endpoints.Any(endpoint => PageOf(endpoint) is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var index = 0; index < candidates.Count; index++)
        {
            ref var candidate = ref candidates[index];
            if (candidates.IsValidCandidate(index) && PageOf(candidate.Endpoint) is { } page && PageRequest.IsPoll(httpContext.Request, candidate.Values))
                candidates.ReplaceEndpoint(index, _polls.GetValue(candidate.Endpoint, original => Answering((RouteEndpoint)original, page)), candidate.Values);
        }

        return Task.CompletedTask;
    }

    private static CompiledPageActionDescriptor? PageOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<CompiledPageActionDescriptor>() is { ModelTypeInfo: { } model } page && model.IsSubclassOf(typeof(AsyncPageModel)) ? page : null;

    private RouteEndpoint Answering(RouteEndpoint endpoint, CompiledPageActionDescriptor page)
    {
        var type = ProcessPages.TypeOf(page);
        return new RouteEndpoint(AnswerAsync, endpoint.RoutePattern, endpoint.Order, endpoint.Metadata, endpoint.DisplayName);

        async Task AnswerAsync(HttpContext context)
        {
            if (await processes.AnswerAsync(new ProcessRequest(context, type)) is { } answer)
                await answer.ExecuteResultAsync(new ActionContext(context, new RouteData(context.Request.RouteValues), page));
        }
    }
}
