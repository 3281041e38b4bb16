using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Quartz;

/// <summary>Adds the permits that are missing: for what waits and Quartz does not know of, whatever the reason. It does what is due, too.</summary>
internal sealed class Replenishment(
    IProcessStore store, Workers workers, Permits permits, Intake intake, TimeProvider time, IOptions<AsyncViewsOptions> options, ILogger<Replenishment> logger) : IDisposable
{
    /// <summary>The number of permits that are added at once: nodes that do it at the same moment add too many.</summary>
    private const int Most = 500;

    /// <summary>A permit that has just been used, or is just being written, is missing for a moment.</summary>
    private static readonly TimeSpan Shortly = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim _adding = new(1);
    private readonly Lock _lock = new();
    private Dictionary<ProcessType, int> _missing = [];
    private DateTimeOffset _next = DateTimeOffset.MaxValue;
    private ITimer? _timer;
    private bool _hasStopped;
    private bool _isAway;

    /// <summary>Looks in a moment for what is missing, however often it is asked for until then.</summary>
    public void Soon() => At(time.GetUtcNow() + Shortly);

    /// <summary>Looks at this time, when something is due.</summary>
    public void At(DateTimeOffset due)
    {
        lock (_lock)
        {
            if (due >= _next || _hasStopped)
                return;

            _next = due;
            var wait = due - time.GetUtcNow();
            Timer().Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Looks now.</summary>
    /// <exception cref="StoreUnavailableException">The store could not be asked.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await _adding.WaitAsync(cancellationToken);
        try
        {
            if (await workers.QueueDueAsync(cancellationToken) is { } next)
                At(next + Shortly);
            await AddMissingAsync(cancellationToken);
            await intake.LookAsync(cancellationToken);
        }
        catch (Exception)
        {
            Soon();
            throw;
        }
        finally
        {
            _adding.Release();
        }
    }

    /// <summary>Looks no more.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _hasStopped = true;
            _timer?.Dispose();
        }
    }

    public void Dispose()
    {
        Stop();
        _adding.Dispose();
    }

    private ITimer Timer()
    {
        using (ExecutionContext.SuppressFlow())
            return _timer ??= time.CreateTimer(_ => _ = RunAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private async Task RunAsync()
    {
        lock (_lock)
            _next = DateTimeOffset.MaxValue;
        try
        {
            await RunAsync(CancellationToken.None);
            _isAway = false;
        }
        catch (Exception exception)
        {
            // It is tried again every second, and said once.
            if (!_isAway)
                QuartzLog.NotReplenished(logger, Shortly, exception);
            _isAway = true;
        }
    }

    private async Task<bool> IsAnyQueuedAsync(CancellationToken cancellationToken) =>
        (await store.ListAsync(new ProcessQuery { State = ProcessState.Queued, Count = 1 }, cancellationToken: cancellationToken)).Count > 0;

    /// <summary>Adds the permits that were missing the last time, too. Those of a type are left to the nodes that know it: only they know its quota.</summary>
    private async Task AddMissingAsync(CancellationToken cancellationToken)
    {
        Dictionary<ProcessType, int> missing = [];
        var added = 0;
        foreach (var (type, count) in await IsAnyQueuedAsync(cancellationToken) ? await FindMissingAsync(cancellationToken) : [])
        {
            missing[type] = count;
            var lasting = Math.Min(count, _missing.GetValueOrDefault(type));
            if (lasting > 0)
                await permits.MakeUsableAsync(cancellationToken);
            for (; lasting > 0 && added < Most; lasting--, added++, missing[type]--)
                await permits.AddAsync(type, cancellationToken: cancellationToken);
        }

        _missing = missing;
        if (added > 0)
            store.Announce(new ProcessChange(ProcessChangeKind.Waiting));
        if (missing.Values.Any(count => count > 0))
            Soon();
    }

    private async Task<List<(ProcessType Type, int Count)>> FindMissingAsync(CancellationToken cancellationToken)
    {
        await permits.RemoveFailedAsync(cancellationToken);
        var inspection = await store.InspectAsync(options.Value.Lease, cancellationToken);
        List<(ProcessType Type, int Count)> missing = [];
        foreach (var queued in inspection.Types.Where(queued => workers.Types.Contains(queued.Type)))
            missing.Add((queued.Type, permits.CountWanted(workers.CountStartable(queued, inspection)) - await permits.CountAsync(queued.Type, cancellationToken)));
        return missing;
    }
}
