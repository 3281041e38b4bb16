using AsyncViews.Management;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of AsyncViews.</summary>
public static class AsyncViewsHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check named <c>asyncviews</c>. It is Unhealthy if the store cannot be read, if it could not be written at the last
    /// sweep, or if nothing has started for a minute although processes wait and workers are free. It is Degraded if submissions are
    /// refused because the disk has too little room or because as much is kept as may be, if processes are stuck, set aside because
    /// the database is damaged, or queued for a page or job that this application does not have, or if the end of one could not be
    /// stored so far. Its data describes the queued and running processes, counts the kept ones that have ended by type and state
    /// (<c>ended</c>), and has the time of the last failure (<c>lastFailureAt</c>).
    /// </summary>
    public static IHealthChecksBuilder AddAsyncViews(this IHealthChecksBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddCheck<ProcessHealthCheck>("asyncviews");
    }
}
