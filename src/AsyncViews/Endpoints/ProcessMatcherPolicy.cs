using System.Runtime.CompilerServices;
using AsyncViews.Http;
using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;

namespace AsyncViews.Endpoints;

/// <summary>
/// Gives the requests that concern a process endpoints of their own, under the policies of the page that they belong to:
/// none of them is for a cache, and a page's polls are answered in its place, since they are the most frequent of all
/// requests, may be held for long, and need nothing of what invoking a page makes ready.
/// </summary>
/// <remarks>
/// The page's metadata go with them: authorization, CORS, time limits. A page's rate limit counts what a person does, so it
/// counts neither polls nor other reading of a process (without JavaScript, the waiting page polls by reloading itself); the
/// application's global limiter does. Filters of MVC do not go with polls, nor does anything else
/// that belongs to the page, unless authorization filters of the application guard it: then the page's own filter answers, after
/// them. So it does where pages are compiled at runtime.
/// </remarks>
internal sealed class ProcessMatcherPolicy(ProcessEndpoints processes) : MatcherPolicy, IEndpointSelectorPolicy
{
    private readonly ConditionalWeakTable<Endpoint, RouteEndpoint> _polls = [];
    private readonly ConditionalWeakTable<Endpoint, RouteEndpoint> _readings = [];
    private readonly ConditionalWeakTable<Endpoint, RouteEndpoint> _others = [];

    /// <summary>Behind the framework's own, which puts a page in the place of a dynamic endpoint.</summary>
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => ContainsDynamicEndpoints(endpoints) || endpoints.Any(Concerns);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var index = 0; index < candidates.Count; index++)
        {
            ref var candidate = ref candidates[index];
            if (!candidates.IsValidCandidate(index) || !Concerns(candidate.Endpoint))
                continue;

            var request = httpContext.Request;
            var isPoll = candidate.Endpoint.IsNamed(EndpointNames.MyProcesses)
                ? RequestKind.IsPoll(request)
                : RequestedHandler.Is(request, candidate.Values, HandlerNames.Completed)
                    || (candidate.Endpoint.IsNamed(EndpointNames.Jobs) && RequestedHandler.Is(request, candidate.Values, HandlerNames.Group));
            if (isPoll)
                candidates.ReplaceEndpoint(index, _polls.GetValue(candidate.Endpoint, Polled), candidate.Values);
            else if (PageOf(candidate.Endpoint) is null)
                candidates.ReplaceEndpoint(index, _others.GetValue(candidate.Endpoint, Uncached), candidate.Values);
            else if (processes.IsProcess(request, candidate.Values))
                candidates.ReplaceEndpoint(index, RequestKind.IsReading(request) ? _readings.GetValue(candidate.Endpoint, Read) : _others.GetValue(candidate.Endpoint, Uncached), candidate.Values);
        }

        return Task.CompletedTask;
    }

    private static bool Concerns(Endpoint endpoint) =>
        PageOf(endpoint) is not null || endpoint.IsNamed(EndpointNames.MyProcesses) || endpoint.IsNamed(EndpointNames.Jobs);

    private static CompiledPageActionDescriptor? PageOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<CompiledPageActionDescriptor>() is { } page && ProcessPages.Contain(page) ? page : null;

    private RouteEndpoint Polled(Endpoint original) => Replacing(
        original,
        PageOf(original) is { } page && !PageGuards.MayGuard(page) ? Answering(page) : Invoking(original),
        IsCachePolicy,
        IsRateLimit);

    private static RouteEndpoint Read(Endpoint original) => Replacing(original, Invoking(original), IsCachePolicy, IsRateLimit);

    private static RouteEndpoint Uncached(Endpoint original) => Replacing(original, Invoking(original), IsCachePolicy);

    private static RouteEndpoint Replacing(Endpoint original, RequestDelegate answer, params Func<object, bool>[] without)
    {
        var endpoint = (RouteEndpoint)original;
        var metadata = endpoint.Metadata.Where(one => !without.Any(isLeftOut => isLeftOut(one))).Append(NoOutputCache.Policy);
        return new RouteEndpoint(answer, endpoint.RoutePattern, endpoint.Order, new EndpointMetadataCollection(metadata), endpoint.DisplayName);
    }

    private static bool IsRateLimit(object metadata) => metadata is EnableRateLimitingAttribute;

    private static bool IsCachePolicy(object metadata) => metadata is IOutputCachePolicy or OutputCacheAttribute;

    /// <summary>Where guards of the page refuse a poll or a script, they are answered as those whom a policy refuses.</summary>
    private static RequestDelegate Invoking(Endpoint original)
    {
        var invoke = original.RequestDelegate!;
        return PageOf(original) is { } page && PageGuards.MayGuard(page) ? InvokeAsync : invoke;

        async Task InvokeAsync(HttpContext context)
        {
            await invoke(context);
            if (context.Features.Get<ProcessRequest>() is null)
                PollRequest.Refuse(context);
        }
    }

    private RequestDelegate Answering(CompiledPageActionDescriptor page)
    {
        var type = PageTypes.Of(page);
        return AnswerAsync;

        async Task AnswerAsync(HttpContext context)
        {
            if (await processes.AnswerAsync(new ProcessRequest(context, type)) is { } answer)
                await answer.ExecuteResultAsync(new ActionContext(context, new RouteData(context.Request.RouteValues), page));
        }
    }
}
