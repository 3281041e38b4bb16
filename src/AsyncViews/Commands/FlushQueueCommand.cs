using System.Globalization;
using AsyncViews.Progress;
using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.Extensions.Options;

namespace AsyncViews.Commands;

/// <summary>Runs what is due, and ends.</summary>
internal sealed class FlushQueueCommand(
    IProcessStore store, ProcessRunner runner, ProcessTypes types, LiveProcesses live, TimeProvider time, IOptions<AsyncViewsOptions> options) : Command
{
    public override string Name => "flush-queue";

    public override string Usage =>
        "flush-queue [--limit <number>] [--filter <part of a type>] [--max-parallel <number>]: runs all due processes and prints the outcome of each. Exit code 1 if any of them did not succeed.";

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        var line = new CommandLine(words, "limit=", "filter=", "max-parallel=");
        line.Argument(0, most: 0);
        var flush = new Flush(line.Number("limit", 1, int.MaxValue) ?? int.MaxValue, line.Number("max-parallel", 1, 100_000) ?? options.Value.MaxConcurrentRuns, SelectTypes(line.Text("filter")));
        using var stopping = cancellationToken.Register(TellToStop);
        var began = time.GetTimestamp();

        try
        {
            while (true)
            {
                // Before the store is asked: a run that ends after the question may leave something due behind it.
                var running = flush.BeginRound();
                if (!cancellationToken.IsCancellationRequested)
                    running.AddRange(await StartDueAsync(flush, output));
                if (running.Count == 0)
                    break;
                await Task.WhenAny(running);
            }
        }
        finally
        {
            // A store that cannot be read is no reason to leave what runs.
            await Task.WhenAll(flush.Running);
        }

        var seconds = time.GetElapsedTime(began).TotalSeconds;
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{flush.Ended} run, {flush.Succeeded} succeeded, {flush.Ended - flush.Succeeded} did not, in {seconds:0.0} s{(cancellationToken.IsCancellationRequested ? "; stopped before the end" : "")}"));
        return flush.Succeeded == flush.Ended && !cancellationToken.IsCancellationRequested ? Done : Failed;
    }

    /// <exception cref="UsageException">Nothing has such a type.</exception>
    private IReadOnlySet<string> SelectTypes(string? filter)
    {
        if (filter is null)
            return types.All;

        var selected = types.All.Where(type => type.Contains(filter, StringComparison.OrdinalIgnoreCase)).ToHashSet();
        return selected.Count > 0 ? selected : throw new UsageException($"No type contains '{filter}'. Types: {string.Join(", ", types.All.Order(StringComparer.Ordinal))}.");
    }

    private async Task<List<Task>> StartDueAsync(Flush flush, TextWriter output)
    {
        // Every time: what may not start any more would be found again and again.
        await store.QueueDueAsync();
        var started = new List<Task>();
        foreach (var id in await store.FindDueAsync(flush.Types, flush.MaxParallel))
        {
            if (flush.HasRoom && flush.TryStart(id) is { } run)
            {
                started.Add(run.Task);
                _ = Task.Run(() => RunOneAsync(flush, id, run, output));
            }
        }

        return started;
    }

    private async Task RunOneAsync(Flush flush, ProcessId id, TaskCompletionSource run, TextWriter output)
    {
        var began = time.GetTimestamp();
        await runner.RunAsync(id);
        var (state, type) = await FindAsync(id);
        flush.End(id, state == nameof(ProcessState.Succeeded), number => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{number,6}  {state,-11}  {id}  {type}  {time.GetElapsedTime(began).TotalSeconds:0.0} s")));
        run.SetResult();
    }

    private async Task<(string State, string? Type)> FindAsync(ProcessId id)
    {
        try
        {
            var record = await store.FindAsync(id);
            return (record?.State.ToString() ?? "removed", record?.Type);
        }
        catch (StoreUnavailableException)
        {
            return ("unknown", null);
        }
    }

    private void TellToStop()
    {
        foreach (var process in live.All)
            _ = process.StopAsync();
    }

    /// <summary>One call of the command.</summary>
    private sealed class Flush(int limit, int maxParallel, IReadOnlySet<string> types)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<ProcessId, Task> _runs = [];
        private readonly HashSet<ProcessId> _endedThisRound = [];

        public int MaxParallel => maxParallel;

        public IReadOnlySet<string> Types => types;

        public int Started { get; private set; }

        public int Ended { get; private set; }

        public int Succeeded { get; private set; }

        public bool HasRoom
        {
            get
            {
                lock (_lock)
                    return _runs.Count < maxParallel && Started < limit;
            }
        }

        public List<Task> Running
        {
            get
            {
                lock (_lock)
                    return [.. _runs.Values];
            }
        }

        /// <summary>Returns what runs before the store is asked again.</summary>
        public List<Task> BeginRound()
        {
            lock (_lock)
            {
                _endedThisRound.Clear();
                return Running;
            }
        }

        /// <summary>Null where it runs already, or has ended since the round began: an answer of the store may be older than that.</summary>
        public TaskCompletionSource? TryStart(ProcessId id)
        {
            lock (_lock)
            {
                var run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_endedThisRound.Contains(id) || !_runs.TryAdd(id, run.Task))
                    return null;

                Started++;
                return run;
            }
        }

        public void End(ProcessId id, bool succeeded, Action<int> print)
        {
            lock (_lock)
            {
                Succeeded += succeeded ? 1 : 0;
                print(++Ended);
                _endedThisRound.Add(id);
                _runs.Remove(id);
            }
        }
    }
}
