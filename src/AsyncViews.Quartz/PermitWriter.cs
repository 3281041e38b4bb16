using System.Threading.Channels;
using AsyncViews.Storage;

namespace AsyncViews.Quartz;

/// <summary>
/// Writes the permits of the scheduler that AsyncViews has for itself behind the answers to those who submit, and none while enough
/// wait: each of them lasts until nothing waits. An application's own scheduler gets a permit for each process, before the answer.
/// </summary>
internal sealed class PermitWriter(SharedScheduler shared, Permits permits, Replenishment replenishment, IProcessStore store)
{
    /// <summary>A database that does not answer must not keep the program from ending.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly Channel<ProcessType> _stored = Channel.CreateUnbounded<ProcessType>(new UnboundedChannelOptions { SingleReader = true });

    /// <summary>The number of permits for a type that may be written before those that wait are counted again.</summary>
    private readonly Dictionary<ProcessType, int> _uncounted = [];
    private Task? _writing;

    /// <summary>Writes from now on. A command does not start it, since it ends before that would be done.</summary>
    public void Start()
    {
        using (ExecutionContext.SuppressFlow())
            _writing = shared.IsOwned ? Task.Run(WriteAllAsync) : null;
    }

    /// <summary>Takes a process of this type, which is stored and waits for nothing but a worker.</summary>
    /// <returns>False if whoever calls is to write the permit.</returns>
    public bool TryWrite(ProcessType type) => _writing is not null && _stored.Writer.TryWrite(type);

    /// <summary>Writes what it has taken, and takes nothing more.</summary>
    public async Task StopAsync()
    {
        _stored.Writer.TryComplete();
        if (_writing is { } writing)
            await writing.WaitAsync(LongestStop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAllAsync()
    {
        List<ProcessType> batch = [];
        while (await _stored.Reader.WaitToReadAsync())
        {
            while (_stored.Reader.TryRead(out var type))
                batch.Add(type);
            try
            {
                foreach (var (type, count) in batch.CountBy(each => each))
                    await WriteAsync(type, count);
                store.Announce(new ProcessChange(ProcessChangeKind.Waiting));
            }
            catch (Exception)
            {
                // It notes in the log what keeps it from writing, too.
                replenishment.Soon();
            }

            batch.Clear();
        }
    }

    /// <summary>The processes of which no permit is written were stored before the others were counted, and are found when those fire.</summary>
    private async Task WriteAsync(ProcessType type, int count)
    {
        if (_uncounted.GetValueOrDefault(type) < count)
            _uncounted[type] = Math.Max(Permits.Enough - await permits.CountReadyAsync(type), 0);
        for (; count > 0 && _uncounted[type] > 0; count--, _uncounted[type]--)
            await permits.AddAsync(type);

        // Those that wait now may be gone in a moment, where many workers are free.
        if (count > 0)
            replenishment.Soon();
    }
}
