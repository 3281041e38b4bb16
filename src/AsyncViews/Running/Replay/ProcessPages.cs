using System.Collections.Frozen;
using AsyncViews.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Running.Replay;

/// <summary>The handlers of the application's pages that run as processes, by the type that is stored with each process.</summary>
/// <param name="endpoints">All that the application serves.</param>
/// <param name="loader">Null in an application without Razor Pages, which runs jobs only.</param>
internal sealed class ProcessPages(EndpointDataSource endpoints, PageLoader? loader = null)
{
    private readonly Lock _lock = new();
    private volatile object? _seen;
    private FrozenDictionary<ProcessType, AsyncHandler> _handlers = FrozenDictionary<ProcessType, AsyncHandler>.Empty;
    private FrozenSet<ProcessType> _types = FrozenSet<ProcessType>.Empty;

    /// <summary>The types that this node can run.</summary>
    public FrozenSet<ProcessType> Types
    {
        get
        {
            Refresh();
            return _types;
        }
    }

    /// <summary>Returns whether handlers of the page can run as processes.</summary>
    public static bool Contain(CompiledPageActionDescriptor page) => page.ModelTypeInfo?.IsAssignableTo(typeof(IAsyncPage)) == true;

    /// <summary>The handler that runs processes of this type; null when this application has none.</summary>
    public AsyncHandler? Find(ProcessType type)
    {
        Refresh();
        return _handlers.GetValueOrDefault(type);
    }

    /// <summary>Pages are compiled before, except under Razor's runtime compilation, where the loader compiles them here.</summary>
    public async ValueTask<CompiledPageActionDescriptor> CompileAsync(PageActionDescriptor page) =>
        page as CompiledPageActionDescriptor ?? await loader!.LoadAsync(page, EndpointMetadataCollection.Empty);

    private IEnumerable<HandlerMethodDescriptor> HandlersOf(PageActionDescriptor page)
    {
        var compiled = CompileAsync(page).AsTask().GetAwaiter().GetResult();
        return Contain(compiled) ? compiled.HandlerMethods.Where(AsyncHandlers.Contain) : [];
    }

    /// <summary>The data source builds a new list whenever the application's pages change.</summary>
    private void Refresh()
    {
        if (ReferenceEquals(endpoints.Endpoints, _seen))
            return;

        lock (_lock)
        {
            var current = endpoints.Endpoints;
            var found =
                from endpoint in current.OfType<RouteEndpoint>()
                let page = endpoint.Metadata.GetMetadata<PageActionDescriptor>()
                where page is not null
                from handler in HandlersOf(page)
                select (Type: PageTypes.Of(page, handler.Name), Handler: new AsyncHandler(endpoint, handler));
            _handlers = found.DistinctBy(one => one.Type).ToFrozenDictionary(one => one.Type, one => one.Handler);
            _types = _handlers.Keys.ToFrozenSet();
            _seen = current;
        }
    }
}
