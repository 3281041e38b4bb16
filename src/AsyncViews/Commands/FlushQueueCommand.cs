using System.Collections.Concurrent;
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
                if (!cancellationToken.IsCancellationRequested)
                    await StartDueAsync(flush, output);
                if (flush.Runs.IsEmpty)
                    break;
                await Task.WhenAny(flush.Runs.Values);
            }
        }
        finally
        {
            // A store that cannot be read is no reason to leave what runs.
            await Task.WhenAll(flush.Runs.Values);
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

    private async Task StartDueAsync(Flush flush, TextWriter output)
    {
        // Every time: what may not start any more would be found again and again.
        await store.QueueDueAsync();
        foreach (var id in await store.FindDueAsync(flush.Types, flush.MaxParallel))
        {
            if (flush.Runs.Count == flush.MaxParallel || flush.Started == flush.Limit)
                return;

            // What is due and claimed by nobody yet may be what was started here just now.
            var run = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!flush.Runs.TryAdd(id, run.Task))
                continue;

            flush.Started++;
            _ = Task.Run(() => RunOneAsync(flush, id, run, output));
        }
    }

    private async Task RunOneAsync(Flush flush, ProcessId id, TaskCompletionSource run, TextWriter output)
    {
        var began = time.GetTimestamp();
        await runner.RunAsync(id);
        var (state, type) = await FindAsync(id);
        flush.Note(state == nameof(ProcessState.Succeeded), number => output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{number,6}  {state,-11}  {id}  {type}  {time.GetElapsedTime(began).TotalSeconds:0.0} s")));
        flush.Runs.TryRemove(id, out _);
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

        public int Limit => limit;

        public int MaxParallel => maxParallel;

        public IReadOnlySet<string> Types => types;

        public ConcurrentDictionary<ProcessId, Task> Runs { get; } = new();

        public int Started { get; set; }

        public int Ended { get; private set; }

        public int Succeeded { get; private set; }

        public void Note(bool succeeded, Action<int> print)
        {
            lock (_lock)
            {
                Succeeded += succeeded ? 1 : 0;
                print(++Ended);
            }
        }
    }
}
