using System.Collections.Frozen;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Running;

/// <summary>The application's pages that run as processes, by the type that is stored with each process.</summary>
internal sealed class ProcessPages(EndpointDataSource endpoints)
{
    private readonly Lock _lock = new();
    private object? _seen;
    private FrozenDictionary<string, RouteEndpoint> _pages = FrozenDictionary<string, RouteEndpoint>.Empty;
    private FrozenSet<string> _types = FrozenSet<string>.Empty;

    /// <summary>The types that this node can run.</summary>
    public FrozenSet<string> Types
    {
        get
        {
            Refresh();
            return _types;
        }
    }

    public static string TypeOf(PageActionDescriptor page) => $"page:{page.AreaName}{page.ViewEnginePath}";

    /// <summary>The page's endpoint; null when this application has no such page.</summary>
    public RouteEndpoint? Find(string type)
    {
        Refresh();
        return _pages.GetValueOrDefault(type);
    }

    /// <summary>The data source builds a new list whenever the application's pages change.</summary>
    private void Refresh()
    {
        lock (_lock)
        {
            var current = endpoints.Endpoints;
            if (ReferenceEquals(current, _seen))
                return;

            _seen = current;
            _pages = current.OfType<RouteEndpoint>()
                .Select(endpoint => (Endpoint: endpoint, Page: endpoint.Metadata.GetMetadata<CompiledPageActionDescriptor>()))
                .Where(candidate => candidate.Page?.ModelTypeInfo is { } model && model.IsSubclassOf(typeof(AsyncPageModel)))
                .DistinctBy(candidate => TypeOf(candidate.Page!))
                .ToFrozenDictionary(candidate => TypeOf(candidate.Page!), candidate => candidate.Endpoint);
            _types = _pages.Keys.ToFrozenSet();
        }
    }
}
