using AsyncViews.Sqlite;
using AsyncViews.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the SQLite store.</summary>
public static class SqliteBuilderExtensions
{
    private const string DefaultPath = "App_Data/asyncviews.db";

    /// <summary>
    /// Keeps processes in an SQLite database, made on the first run. Its content files and its key ring are folders beside
    /// it: back them up together, and keep the file out of version control.
    /// </summary>
    /// <param name="builder">What <c>AddAsyncViews</c> returned.</param>
    /// <param name="connectionString">
    /// <c>Data Source=…</c>, relative to the content root; other keywords are ignored. The default is <c>Data Source=App_Data/asyncviews.db</c>.
    /// </param>
    public static AsyncViewsBuilder UseSqlite(this AsyncViewsBuilder builder, string? connectionString = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var path = new SqliteConnectionStringBuilder(connectionString).DataSource is { Length: > 0 } source ? source : DefaultPath;
        builder.Services.AddSingleton(provider =>
            new SqliteLocation(Path.GetFullPath(path, provider.GetRequiredService<IHostEnvironment>().ContentRootPath)));
        builder.Services.Replace(ServiceDescriptor.Singleton<IProcessStore, SqliteProcessStore>());
        return builder;
    }
}
