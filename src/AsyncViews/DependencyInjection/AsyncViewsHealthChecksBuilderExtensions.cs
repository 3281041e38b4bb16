using AsyncViews.Management;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of AsyncViews.</summary>
public static class AsyncViewsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check named <c>asyncviews</c>: Unhealthy when the store cannot be read, or could not be written at the last
    /// sweep; Degraded when processes are stuck or queued for a page that this application does not have, or when the disk
    /// has too little room for submissions. Its data tells what is queued and running.
    /// </summary>
    public static IHealthChecksBuilder AddAsyncViews(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<ProcessHealthCheck>("asyncviews");
    }
}
