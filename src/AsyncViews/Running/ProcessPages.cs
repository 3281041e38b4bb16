using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.AspNetCore.Routing;

namespace AsyncViews.Running;

/// <summary>The application's pages that run as processes, by the type that is stored with each process.</summary>
/// <param name="endpoints">All that the application serves.</param>
/// <param name="loader">Null in an application without Razor Pages, which runs jobs only.</param>
internal sealed class ProcessPages(EndpointDataSource endpoints, PageLoader? loader = null)
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

    /// <summary>Pages are compiled before, except under Razor's runtime compilation, where the loader compiles them here.</summary>
    private bool Runs(PageActionDescriptor page)
    {
        var compiled = page as CompiledPageActionDescriptor ?? loader!.LoadAsync(page, EndpointMetadataCollection.Empty).GetAwaiter().GetResult();
        return compiled.ModelTypeInfo?.IsSubclassOf(typeof(AsyncPageModel)) == true;
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
                .Select(endpoint => (Endpoint: endpoint, Page: endpoint.Metadata.GetMetadata<PageActionDescriptor>()))
                .Where(candidate => candidate.Page is not null && Runs(candidate.Page))
                .DistinctBy(candidate => TypeOf(candidate.Page!))
                .ToFrozenDictionary(candidate => TypeOf(candidate.Page!), candidate => candidate.Endpoint);
            _types = _pages.Keys.ToFrozenSet();
        }
    }
}
