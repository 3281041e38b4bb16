using System.Diagnostics;
using System.Runtime.InteropServices;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Measures;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks;

/// <summary>Every measure, and the one table of them.</summary>
internal static class Table
{
    public static readonly IReadOnlyDictionary<string, Func<Task<IReadOnlyList<Row>>>> Measures = new Dictionary<string, Func<Task<IReadOnlyList<Row>>>>
    {
        ["submit"] = Submitting.MeasureAsync,
        ["durable"] = Durability.MeasureAsync,
        ["written"] = Writing.MeasureAsync,
        ["alternatives"] = Alternatives.MeasureAsync,
        ["poll"] = Polling.MeasureAsync,
        ["start"] = Starting.MeasureAsync,
        ["end"] = Ending.MeasureAsync,
        ["live"] = Waiting.MeasureAsync,
        ["blocking"] = Blocking.MeasureAsync,
        ["large"] = LargeContent.MeasureAsync,
        ["million"] = FullStore.MeasureAsync,
        ["operator"] = OperatorLists.MeasureAsync,
        ["expiry"] = Expiry.MeasureAsync,
        ["queued"] = LongQueue.MeasureAsync,
        ["jobs"] = Scheduling.MeasureAsync,
        ["farm-submit"] = () => FarmDatabase.WithAsync(Farm.SubmitAsync),
        ["farm-start"] = () => FarmDatabase.WithAsync(Farm.StartAsync),
        ["farm-drain"] = () => FarmDatabase.WithAsync(Farm.DrainAsync),
        ["farm-poll"] = () => FarmDatabase.WithAsync(Farm.PollAsync),
        ["farm-watch"] = () => FarmDatabase.WithAsync(FarmWatching.MeasureAsync),
        ["farm-quartz"] = FarmQuartz.MeasureAsync,
        ["farm-hangfire"] = () => FarmDatabase.WithAsync(HangfireSide.MeasureAsync),
        ["allocations"] = Allocations.MeasureAsync,
    };

    public static async Task PrintAsync(IReadOnlyList<string> names)
    {
        var rows = new List<Row>();
        foreach (var name in names)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                rows.AddRange(await Measures[name]());
            }
            catch (Exception exception)
            {
                rows.Add(new Row(name, "not measured", exception.Message, "", "", false));
            }

            Console.Error.WriteLine($"{name}: {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s");
        }

        Console.WriteLine($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, " +
            $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB, one disk sync {SyncMilliseconds():0.00} ms, " +
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}");
        Console.WriteLine($"Raised: {ServerOptions.Raised}.");
        Console.WriteLine($"Load and server share the machine. {Comparison.Clients} clients, median of {Comparison.Rounds} alternating rounds; in brackets: the server's processor time per request, and its ratio.");
        Console.WriteLine();
        Console.WriteLine("| measurement | AsyncViews | the alternative | ratio | target | reached |");
        Console.WriteLine("|---|---|---|---|---|---|");
        rows.ForEach(Console.WriteLine);
    }

    private static double SyncMilliseconds()
    {
        using var file = new FileStream(Path.Combine(Scratch.Folder, "sync"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        return Comparison.Median(Enumerable.Range(0, 100).Select(_ =>
        {
            file.Write(new byte[4096]);
            var began = Stopwatch.GetTimestamp();
            file.Flush(flushToDisk: true);
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }).ToArray());
    }
}
