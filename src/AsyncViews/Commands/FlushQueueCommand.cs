using System.Globalization;
using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.Extensions.Options;

namespace AsyncViews.Commands;

/// <summary>Runs what is due, and ends.</summary>
internal sealed class FlushQueueCommand(IProcessStore store, Workers workers, ProcessTypes types, TimeProvider time, IOptions<AsyncViewsOptions> options) : Command
{
    public override string Name => "flush-queue";

    public override string Usage =>
        "flush-queue [--limit <number>] [--filter <part of a type>] [--max-parallel <number>]: runs all due processes and prints the outcome of each. Exit code 1 if any of them did not succeed.";

    public override async Task<int> RunAsync(IEnumerable<string> words, TextWriter output, CancellationToken cancellationToken)
    {
        var line = new CommandLine(words, "limit=", "filter=", "max-parallel=");
        line.Argument(0, most: 0);
        var limit = line.Number("limit", 1, int.MaxValue) ?? int.MaxValue;
        var own = workers.With(line.Number("max-parallel", 1, 100_000) ?? options.Value.MaxConcurrentRuns, SelectTypes(line.Text("filter")));
        RunThreads.Reserve(own.Count);
        var tally = new Tally(output);
        using var stopping = cancellationToken.Register(own.TellToStop);
        var began = time.GetTimestamp();

        try
        {
            await RunDueAsync(own, limit, tally, cancellationToken);
        }
        finally
        {
            // A store that cannot be read is no reason to leave what runs.
            await Task.WhenAll(tally.Open);
        }

        var (seconds, wasStopped) = (time.GetElapsedTime(began).TotalSeconds, cancellationToken.IsCancellationRequested || own.Stopping.IsCancellationRequested);
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
            $"{tally.Ended} run, {tally.Succeeded} succeeded, {tally.Ended - tally.Succeeded} did not, in {seconds:0.0} s{(wasStopped ? "; stopped before the end" : "")}"));
        return tally.Succeeded == tally.Ended && !wasStopped ? Done : Failed;
    }

    private async Task RunDueAsync(Workers own, int limit, Tally tally, CancellationToken cancellationToken)
    {
        for (var started = 0; ;)
        {
            // Before the store is asked: a run that ends after the question may leave something due behind it.
            var running = tally.Open;
            if (!cancellationToken.IsCancellationRequested && started < limit)
            {
                var due = (await own.StartDueAsync(limit - started)).Runs;
                started += due.Count;
                running.AddRange(due.Select(run => tally.Add(PrintAsync(run, tally))));
            }

            if (running.Count == 0)
                return;

            await Task.WhenAny(running);
        }
    }

    /// <exception cref="UsageException">Nothing has such a type.</exception>
    private IReadOnlySet<ProcessType> SelectTypes(string? filter)
    {
        if (filter is null)
            return types.All;

        var selected = types.All.Where(type => type.ToString().Contains(filter, StringComparison.OrdinalIgnoreCase)).ToHashSet();
        return selected.Count > 0 ? selected : throw new UsageException($"No type contains '{filter}'. Types: {string.Join(", ", types.All.Select(type => type.ToString()).Order(StringComparer.Ordinal))}.");
    }

    private async Task PrintAsync(StartedRun run, Tally tally)
    {
        var began = time.GetTimestamp();
        await run.Ended;
        var (state, type) = await FindAsync(run.Id);
        tally.End(state == nameof(ProcessState.Succeeded), number => string.Create(CultureInfo.InvariantCulture,
            $"{number,6}  {state,-11}  {run.Id}  {type}  {time.GetElapsedTime(began).TotalSeconds:0.0} s"));
    }

    private async Task<(string State, ProcessType? Type)> FindAsync(ProcessId id)
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

    /// <summary>Counts the runs of one call of the command, and prints a line for each.</summary>
    private sealed class Tally(TextWriter output)
    {
        private readonly Lock _lock = new();
        private readonly List<Task> _open = [];

        public int Ended { get; private set; }

        public int Succeeded { get; private set; }

        /// <summary>The runs without a line so far.</summary>
        public List<Task> Open
        {
            get
            {
                _open.RemoveAll(run => run.IsCompleted);
                return [.. _open];
            }
        }

        public Task Add(Task run)
        {
            _open.Add(run);
            return run;
        }

        public void End(bool succeeded, Func<int, string> line)
        {
            lock (_lock)
            {
                Succeeded += succeeded ? 1 : 0;
                output.WriteLine(line(++Ended));
            }
        }
    }
}
