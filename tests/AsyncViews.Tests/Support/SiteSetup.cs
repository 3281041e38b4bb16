using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.FileProviders;

namespace AsyncViews.Tests.Support;

/// <summary>How a test wants its site.</summary>
internal sealed class SiteSetup
{
    /// <summary>The work of its pages' RunAsync; the default shows the page.</summary>
    public Run? Run { get; set; }

    public Action<AsyncViewsOptions>? Options { get; set; }

    public Action<IServiceCollection>? Services { get; set; }

    public Action<RazorPagesOptions>? Pages { get; set; }

    public Action<RouteOptions>? Routes { get; set; }

    /// <summary>Middleware before everything else but PathBase.</summary>
    public Action<WebApplication>? Middleware { get; set; }

    /// <summary>Conventions of the pages' endpoints.</summary>
    public Action<IEndpointConventionBuilder>? PageEndpoints { get; set; }

    /// <summary>Tells whether static assets have endpoints.</summary>
    public bool MapsAssets { get; set; } = true;

    /// <summary>Other files than the application's own.</summary>
    public IFileProvider? WebRoot { get; set; }

    /// <summary>Endpoints beside the pages.</summary>
    public Action<WebApplication>? Endpoints { get; set; }

    /// <summary>HTTP/2 without TLS, as a client speaks it that knows beforehand.</summary>
    public bool Http2 { get; set; }

    public TimeProvider? Time { get; set; }

    public string Environment { get; set; } = "Production";

    public string? PathBase { get; set; }

    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public bool AddAsyncViews { get; set; } = true;

    /// <summary>The wrong page to load beside the right ones; all others under /Misuse are left out.</summary>
    public string? Misuse { get; set; }

    /// <summary>Tells whether the application's own Canceled.cshtml replaces the library's.</summary>
    public bool ReplaceViews { get; set; }
}
