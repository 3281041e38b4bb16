using AsyncViews.Diagnostics;
using AsyncViews.Http;
using AsyncViews.Running.Replay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Endpoints;

/// <summary>Says at start where the assets of waiting pages will not arrive, why not, and what helps.</summary>
/// <remarks>
/// Static assets have endpoints before anybody looks for their files, and answer without content where there are none.
/// Middleware for static files cannot be seen from here, except that it asks for its options.
/// </remarks>
/// <param name="endpoints">All that the application serves.</param>
/// <param name="pages">The application's pages that run as processes.</param>
/// <param name="options">Name the application's own htmx, if it has one.</param>
/// <param name="lifetime">Says when the server has started.</param>
/// <param name="logger">The log.</param>
/// <param name="environment">Null in an application without a server, which runs jobs only.</param>
internal sealed class AssetCheck(
    EndpointDataSource endpoints, ProcessPages pages, IOptions<AsyncViewsOptions> options, IHostApplicationLifetime lifetime, ILogger<AssetCheck> logger,
    IWebHostEnvironment? environment = null)
    : IHostedService, IPostConfigureOptions<StaticFileOptions>
{
    private const string Script = "_content/AsyncViews/asyncviews.js";

    private volatile bool _usesStaticFiles;

    /// <summary>Tells whether anything here shows a page of the library: an application that has jobs only needs no assets.</summary>
    private bool ShowsPages => pages.Types.Count > 0
        || endpoints.Endpoints.Any(endpoint => endpoint.IsNamed(EndpointNames.Jobs) || endpoint.IsNamed(EndpointNames.MyProcesses) || endpoint.IsNamed(EndpointNames.Admin));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Endpoints and middleware are known when the server has started.
        if (environment is not null)
            lifetime.ApplicationStarted.Register(() => Check(environment));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void IPostConfigureOptions<StaticFileOptions>.PostConfigure(string? name, StaticFileOptions options) => _usesStaticFiles = true;

    private void Check(IWebHostEnvironment environment)
    {
        if (!ShowsPages)
            return;

        var (endpoint, hasFile) = Find(Script, environment);
        if (endpoint is null && hasFile && !_usesStaticFiles)
            Log.AssetsNotMapped(logger);
        else if (endpoint is null && !hasFile && !_usesStaticFiles)
            Log.AssetsNotServed(logger);
        else if (!hasFile)
            Log.AssetsNotFound(logger, WebRootOf(environment), environment.ContentRootPath);

        if (options.Value.HtmxPath?.TrimStart('~', '/') is { } htmx && Find(htmx, environment) is { Endpoint: null, HasFile: false })
            Log.HtmxNotFound(logger, options.Value.HtmxPath, WebRootOf(environment));
    }

    private (RouteEndpoint? Endpoint, bool HasFile) Find(string path, IWebHostEnvironment environment)
    {
        var endpoint = endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint => endpoint.RoutePattern.RawText?.TrimStart('/') == path);
        var file = environment.WebRootFileProvider.GetFileInfo(endpoint?.Metadata.GetMetadata<StaticAssetDescriptor>()?.AssetPath ?? path);
        return (endpoint, file is { Exists: true, Length: > 0 });
    }

    /// <summary>Where there is no such folder, the framework knows of none.</summary>
    private static string WebRootOf(IWebHostEnvironment environment) =>
        environment.WebRootPath is { Length: > 0 } path ? path : Path.Combine(environment.ContentRootPath, "wwwroot");
}
