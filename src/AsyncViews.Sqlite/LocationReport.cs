using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Says at start where the database is. Commands start no hosted service, so their output stays their own.</summary>
internal sealed class LocationReport(SqliteLocation location, ILogger<LocationReport> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (location.FollowsContentRoot)
            SqliteLog.LocatedInContentRoot(logger, location.Path);
        else
            SqliteLog.Located(logger, location.Path);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
