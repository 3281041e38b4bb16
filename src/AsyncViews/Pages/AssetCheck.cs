using AsyncViews.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Pages;

/// <summary>Says at start where the assets of waiting pages will not arrive, why not, and what helps.</summary>
/// <remarks>
/// Static assets have endpoints before anybody looks for their files, and answer without content where there are none.
/// Middleware for static files cannot be seen from here, except that it asks for its options.
/// </remarks>
internal sealed class AssetCheck(
    EndpointDataSource endpoints, IWebHostEnvironment environment, IHostApplicationLifetime lifetime, ILogger<AssetCheck> logger)
    : IHostedService, IPostConfigureOptions<StaticFileOptions>
{
    private const string Script = "_content/AsyncViews/asyncviews.js";

    private volatile bool _usesStaticFiles;

    /// <summary>Where there is no such folder, the framework knows of none.</summary>
    private string WebRoot => environment.WebRootPath is { Length: > 0 } path ? path : Path.Combine(environment.ContentRootPath, "wwwroot");

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Endpoints and middleware are known when the server has started.
        lifetime.ApplicationStarted.Register(Check);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void IPostConfigureOptions<StaticFileOptions>.PostConfigure(string? name, StaticFileOptions options) => _usesStaticFiles = true;

    private void Check()
    {
        var endpoint = endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint => endpoint.RoutePattern.RawText?.TrimStart('/') == Script);
        var hasFile = HasContent(endpoint?.Metadata.GetMetadata<StaticAssetDescriptor>()?.AssetPath ?? Script);
        if (endpoint is null && hasFile && !_usesStaticFiles)
            Log.AssetsNotMapped(logger);
        else if (endpoint is null && !hasFile && !_usesStaticFiles)
            Log.AssetsNotServed(logger);
        else if (!hasFile)
            Log.AssetsNotFound(logger, WebRoot, environment.ContentRootPath);
    }

    private bool HasContent(string path) => environment.WebRootFileProvider.GetFileInfo(path) is { Exists: true, Length: > 0 };
}
