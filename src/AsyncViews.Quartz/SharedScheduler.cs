using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quartz;
using Quartz.Extensibility;

namespace AsyncViews.Quartz;

/// <summary>The scheduler that the nodes share. It is created when it is first needed: a command schedules, and starts nothing.</summary>
internal sealed class SharedScheduler(SchedulerName name, IServiceProvider services, ILogger<SharedScheduler> logger) : IDisposable
{
    private readonly SemaphoreSlim _creating = new(1);
    private IScheduler? _scheduler;

    /// <summary>Tells whether nobody else starts and stops it.</summary>
    public bool IsOwned => name.Key is not null;

    /// <exception cref="InvalidOperationException">There is none, or its database cannot be used. The message says what to do.</exception>
    public async ValueTask<IScheduler> GetAsync(CancellationToken cancellationToken = default)
    {
        if (_scheduler is { } created)
            return created;

        await _creating.WaitAsync(cancellationToken);
        try
        {
            return _scheduler ??= await CreateAsync(cancellationToken);
        }
        finally
        {
            _creating.Release();
        }
    }

    /// <summary>Starts it, unless the application does.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (IsOwned)
            await (await GetAsync(cancellationToken)).Start(cancellationToken);
    }

    /// <summary>Ends it, unless the application does, or it could not be created.</summary>
    public async Task ShutDownAsync(CancellationToken cancellationToken)
    {
        if (IsOwned && _scheduler is { } created)
            await created.Shutdown(waitForJobsToComplete: true, cancellationToken);
    }

    /// <summary>Has this node look for permits, as if it had scheduled one.</summary>
    public ValueTask SignalAsync(CancellationToken cancellationToken = default) =>
        services.GetRequiredKeyedService<ISchedulerSignaler>(name.Key).SignalSchedulingChange(null, cancellationToken);

    public void Dispose() => _creating.Dispose();

    private async Task<IScheduler> CreateAsync(CancellationToken cancellationToken)
    {
        var factory = services.GetKeyedService<ISchedulerFactory>(name.Key)
            ?? throw new InvalidOperationException("UseQuartz() needs a scheduler of the application: call services.AddQuartz(…), or UseQuartz(connectionString) for one of its own.");
        try
        {
            var scheduler = await factory.GetScheduler(cancellationToken);
            await PermitJob.AddToAsync(scheduler, cancellationToken);
            if (!(await scheduler.GetMetadata(cancellationToken)).JobStoreClustered)
                QuartzLog.NotClustered(logger, scheduler.SchedulerName);
            return scheduler;
        }
        catch (SchedulerException exception) when (IsOwned)
        {
            throw new InvalidOperationException(await SchemaScript.ExplainAsync(exception), exception);
        }
    }
}

/// <summary>The name of a scheduler, and the key of its services.</summary>
/// <param name="Key">Null for the scheduler that the application has added without a name.</param>
internal sealed record SchedulerName(string? Key);
