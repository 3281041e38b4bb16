using Microsoft.Extensions.Hosting;

namespace AsyncViews.PostgreSql;

/// <summary>Creates or updates the tables before any service starts: at the first start, Data Protection makes the application's key then, and keeps it in one of them.</summary>
internal sealed class TableCreation(StoreSource source) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => SchemaSetup.CreateAsync(source.DataSource, cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
