using System.Collections.Frozen;
using AsyncViews.Http;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Endpoints;

/// <summary>Answers what concerns a process: finds the endpoint of the <see cref="HandlerTable"/>, and the process for its owner.</summary>
internal sealed class ProcessEndpoints(ProcessLookup lookup, IServiceProvider services)
{
    private readonly FrozenDictionary<string, ProcessEndpoint> _endpoints = HandlerTable.Handlers.ToFrozenDictionary(
        handler => handler.Key, handler => (ProcessEndpoint)services.GetRequiredService(handler.Value), StringComparer.OrdinalIgnoreCase);

    /// <summary>Returns whether the request concerns a process, and not the page itself.</summary>
    /// <param name="request">The request.</param>
    /// <param name="routeValues">Its route values, while it is being matched.</param>
    public bool IsProcess(HttpRequest request, RouteValueDictionary? routeValues) =>
        Find(request, routeValues) is { } endpoint && !endpoint.IsForPage(request.Method);

    /// <summary>Null where a page is to show the process that is now among the request's features, or there is nothing at this address.</summary>
    public async Task<IActionResult?> AnswerAsync(ProcessRequest request)
    {
        if (Find(request.Http.Request, request.Http.Request.RouteValues) is not { } endpoint)
            return null;

        var answer = await AnswerAsync(request, endpoint);
        if (endpoint.IsPolled)
            PollAnswer.Mark(request.Http);
        return answer;
    }

    private ProcessEndpoint? Find(HttpRequest request, RouteValueDictionary? routeValues) =>
        RequestedHandler.NameIn(request, routeValues) is { } name ? _endpoints.GetValueOrDefault(name) : null;

    private async Task<IActionResult?> AnswerAsync(ProcessRequest request, ProcessEndpoint endpoint)
    {
        var methods = endpoint.MethodsFor(request);
        var isMeant = methods.Contains(request.Http.Request.Method, StringComparer.OrdinalIgnoreCase);
        if (!isMeant && !LeadsBack(request.Http.Request))
            return MethodNotAllowed.Answer(request.Http, methods);

        PrivateHeaders.SetAtStart(request.Http);
        try
        {
            var (process, refusal) = await lookup.FindAsync(request);
            return process is null ? refusal : isMeant ? await endpoint.AnswerAsync(request, process) : new SeeOtherResult(process.Addresses.Processing);
        }
        catch (StoreException exception)
        {
            return lookup.Apologize(request.Http, exception);
        }
    }

    /// <summary>Returns whether a person opens the address of a form, as they do after a sign-in that the form had asked for. They go on to the process.</summary>
    private static bool LeadsBack(HttpRequest request) => RequestKind.IsReading(request) && !RequestKind.IsScript(request);
}
