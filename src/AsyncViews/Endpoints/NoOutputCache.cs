using Microsoft.AspNetCore.OutputCaching;

namespace AsyncViews.Endpoints;

/// <summary>
/// Keeps the output cache away from an endpoint, whatever the application's base policies say: before it looks anything up,
/// and before it makes a request wait for another to the same address, which may be held for long.
/// </summary>
internal sealed class NoOutputCache : IOutputCachePolicy
{
    public static readonly NoOutputCache Policy = new();

    public ValueTask CacheRequestAsync(OutputCacheContext context, CancellationToken cancellation)
    {
        context.EnableOutputCaching = context.AllowCacheLookup = context.AllowCacheStorage = false;
        return ValueTask.CompletedTask;
    }

    public ValueTask ServeFromCacheAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;

    public ValueTask ServeResponseAsync(OutputCacheContext context, CancellationToken cancellation) => ValueTask.CompletedTask;
}
