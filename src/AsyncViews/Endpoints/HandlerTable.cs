using AsyncViews.Http;

namespace AsyncViews.Endpoints;

/// <summary>The handlers that the library adds to every page of processes, and to the page of jobs. A further one is a class and a line here.</summary>
internal static class HandlerTable
{
    public static readonly IReadOnlyDictionary<string, Type> Handlers = new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase)
    {
        [HandlerNames.Processing] = typeof(ProcessingEndpoint),
        [HandlerNames.Completed] = typeof(CompletedEndpoint),
        [HandlerNames.Result] = typeof(ResultEndpoint),
        [HandlerNames.Cancel] = typeof(CancelEndpoint),
        [HandlerNames.Again] = typeof(AgainEndpoint),
    };
}
