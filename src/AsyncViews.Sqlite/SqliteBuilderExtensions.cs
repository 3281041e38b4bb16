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
    /// Keeps processes in an SQLite database, which is created on the first run. Its content files and its key ring are in
    /// folders beside it. Back them up together, and keep them out of version control.
    /// </summary>
    /// <param name="builder">The builder that <c>AddAsyncViews</c> returned.</param>
    /// <param name="connectionString">
    /// <c>Data Source=…</c> with a path relative to the content root. Other keywords are ignored. The default is <c>Data Source=App_Data/asyncviews.db</c>.
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
