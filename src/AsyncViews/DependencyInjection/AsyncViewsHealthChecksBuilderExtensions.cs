using AsyncViews.Management;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of AsyncViews.</summary>
public static class AsyncViewsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check named <c>asyncviews</c>. It is Unhealthy if the store cannot be read, or could not be written at the last
    /// sweep. It is Degraded if processes are stuck or queued for a page that this application does not have, or if the disk
    /// has too little room for submissions. Its data describes the queued and running processes, counts the kept ones that
    /// have ended by type and state (<c>ended</c>), and has the time of the last failure (<c>lastFailureAt</c>).
    /// </summary>
    public static IHealthChecksBuilder AddAsyncViews(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<ProcessHealthCheck>("asyncviews");
    }
}
