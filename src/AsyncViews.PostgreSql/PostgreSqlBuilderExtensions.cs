using AsyncViews.PostgreSql;
using AsyncViews.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Npgsql;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Chooses the PostgreSQL store.</summary>
public static class PostgreSqlBuilderExtensions
{
    /// <summary>
    /// Keeps processes in a PostgreSQL database that all nodes of the application share. The tables are created on the first
    /// run, in the first schema of the search path.
    /// </summary>
    /// <param name="builder">The builder that <c>AddAsyncViews</c> returned.</param>
    /// <param name="connectionString">A connection string of Npgsql. Name a schema of the application's own with <c>Search Path</c>.</param>
    /// <param name="configure">Changes the settings of the store.</param>
    /// <exception cref="ArgumentException"><paramref name="connectionString"/> is not one of Npgsql, or asks for a server that may accept no writes.</exception>
    /// <exception cref="InvalidOperationException">A store was chosen before.</exception>
    public static AsyncViewsBuilder UsePostgreSql(this AsyncViewsBuilder builder, string connectionString, Action<PostgreSqlOptions>? configure = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(connectionString);

        // Statements are few and always the same.
        if (settings.MaxAutoPrepare == 0)
            settings.MaxAutoPrepare = 60;

        // The store leaves nothing behind on a connection, and seven statements after each use would be most of all.
        settings.NoResetOnClose = true;
        var create = WritableSource.Of(settings, Sessions.Configure);
        return UsePostgreSql(builder, () => new StoreSource(create(), isOwned: true), configure);
    }

    /// <summary>Keeps processes in the PostgreSQL database of this data source, which the application owns.</summary>
    /// <param name="builder">The builder that <c>AddAsyncViews</c> returned.</param>
    /// <param name="source">The data source. Set <c>Max Auto Prepare</c> in its connection string: the store's statements are few and always the same. Of several servers, the primary is used.</param>
    /// <param name="configure">Changes the settings of the store.</param>
    /// <exception cref="InvalidOperationException">A store was chosen before.</exception>
    public static AsyncViewsBuilder UsePostgreSql(this AsyncViewsBuilder builder, NpgsqlDataSource source, Action<PostgreSqlOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var writable = source is NpgsqlMultiHostDataSource several ? several.WithTargetSession(TargetSessionAttributes.Primary) : source;
        return UsePostgreSql(builder, () => new StoreSource(writable, isOwned: false), configure);
    }

    /// <summary>
    /// Keeps the application's own Data Protection keys, which protect antiforgery tokens and cookies, in the same database, so that
    /// every node accepts the forms and cookies of every other.
    /// </summary>
    /// <param name="builder">The builder that <c>AddDataProtection</c> returned. Protect the keys as you do the store's.</param>
    public static IDataProtectionBuilder PersistKeysToAsyncViews(this IDataProtectionBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddOptions<KeyManagementOptions>().Configure<IServiceProvider>((options, services) =>
        {
            var source = services.GetService<StoreSource>()
                ?? throw new InvalidOperationException("PersistKeysToAsyncViews() needs the PostgreSQL store: call AddAsyncViews().UsePostgreSql(…).");
            options.XmlRepository = new PostgreSqlKeyRing(source.DataSource, "application");
        });
        return builder;
    }

    private static AsyncViewsBuilder UsePostgreSql(AsyncViewsBuilder builder, Func<StoreSource> source, Action<PostgreSqlOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.UseStore(ServiceDescriptor.Singleton<IProcessStore, PostgreSqlProcessStore>(), "UsePostgreSql()");
        var settings = new PostgreSqlOptions();
        configure?.Invoke(settings);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(_ => source());
        builder.Services.AddHostedService<TableCreation>();
        return builder;
    }
}
