using AsyncViews.Sqlite;
using AsyncViews.Storage;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the SQLite store.</summary>
public static class SqliteBuilderExtensions
{
    /// <summary>
    /// Keeps processes in an SQLite database, which is created on the first run. Its content files and its key ring are in
    /// folders beside it. Back them up together, and keep them out of version control.
    /// </summary>
    /// <param name="builder">The builder that <c>AddAsyncViews</c> returned.</param>
    /// <param name="connectionString">
    /// <c>Data Source=…</c> with the path of the file, or the path alone. A relative path begins in the content root. Where a
    /// release comes in a new folder, use an absolute path outside it. Other keywords are refused. The default is
    /// <c>Data Source=App_Data/asyncviews.db</c>. The log says at startup where the database is.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="connectionString"/> names no file, or asks for what the store does not support.</exception>
    /// <exception cref="InvalidOperationException">A store was chosen before.</exception>
    public static AsyncViewsBuilder UseSqlite(this AsyncViewsBuilder builder, string? connectionString = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var file = SqliteLocation.FileOf(connectionString);
        builder.UseStore(ServiceDescriptor.Singleton<IProcessStore, SqliteProcessStore>(), "UseSqlite()");
        builder.Services.AddSingleton(provider => SqliteLocation.Of(file, provider.GetRequiredService<IHostEnvironment>().ContentRootPath));
        builder.Services.AddHostedService<LocationReport>();
        return builder;
    }
}
