using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;
using AsyncViews.Testing;
using Microsoft.Extensions.DependencyInjection;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace AsyncViews.ClusterTests;

/// <summary>The PostgreSQL store keeps the contract.</summary>
public sealed class PostgreSqlStoreTests(EmptiedSchema schema) : StoreContract, IClassFixture<EmptiedSchema>
{
    private ServiceProvider? _services;

    /// <summary>Every byte is written twice, to the log and to its table.</summary>
    protected override long LargeContent => (1L << 27) + 17;

    protected override IProcessStore Create(AsyncViewsOptions options, TimeProvider time)
    {
        schema.Empty();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time);
        services.AddAsyncViews().UsePostgreSql(schema.Source);
        services.AddSingleton(Microsoft.Extensions.Options.Options.Create(options));
        _services = services.BuildServiceProvider();
        var store = _services.GetRequiredService<IProcessStore>();
        store.OpenAsync("node").AsTask().GetAwaiter().GetResult();
        return store;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_services is not null)
            await _services.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
