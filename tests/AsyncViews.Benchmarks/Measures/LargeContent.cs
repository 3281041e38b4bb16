using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>1 GiB in, and 1 GiB out.</summary>
internal static class LargeContent
{
    private const int Rounds = 2;
    private const int MostMiB = 64;

    public static async Task<IReadOnlyList<Row>> MeasureAsync() =>
    [
        .. await MeasureAsync("in memory", new ServerOptions()),
        .. await MeasureAsync("SQLite with FULL", new ServerOptions { Database = Scratch.NewDatabase() }),
    ];

    private static async Task<IReadOnlyList<Row>> MeasureAsync(string store, ServerOptions options)
    {
        await using var server = await ServerProcess.StartAsync(options);
        using var person = await Person.ArriveAsync(server.Http1);
        await UploadAsync(server, person, "/Upload", 1 << 20);
        await UploadAsync(server, person, "/Copied", 1 << 20);
        await server.RunsAsync(1);
        var before = (await server.ReadSettledAsync()).ResidentBytes;

        List<(double Ours, double Theirs)> rounds = [];
        var ours = new Peak();
        var theirs = new Peak();
        for (var round = 0; round < Rounds; round++)
        {
            var copied = await theirs.WatchAsync(server, () => UploadAsync(server, person, "/Copied", PatternStream.LargeLength));
            var uploaded = await ours.WatchAsync(server, async () =>
            {
                var seconds = await UploadAsync(server, person, "/Upload", PatternStream.LargeLength);
                await server.RunsAsync(2 + round);
                return seconds;
            });
            rounds.Add((uploaded, copied));
        }

        var result = new Peak();
        var elapsed = await result.WatchAsync(server, () => DownloadAsync(server, person));
        var ratio = Comparison.Median(rounds.Select(round => round.Theirs / round.Ours));
        return
        [
            new Row($"1 GiB upload, POST→303, {store}", $"{1024 / rounds.Average(round => round.Ours):0} MiB/s",
                $"plain page that copies it to a file: {1024 / rounds.Average(round => round.Theirs):0} MiB/s", $"{ratio:0.00}", "≥ 0.50", ratio >= 0.5),
            Memory($"its resident memory, run included, {store}", ours.MiBOver(before), $"plain page: +{theirs.MiBOver(before):0} MiB"),
            Memory($"1 GiB result, made and fetched in {elapsed:0.0} s, {store}", result.MiBOver(before), ""),
        ];
    }

    private static Row Memory(string measure, double over, string other) => new(measure, $"+{over:0} MiB at most", other, "", $"≤ +{MostMiB} MiB", over <= MostMiB);

    private static async Task<double> UploadAsync(ServerProcess server, Person person, string path, long length)
    {
        await using var file = new PatternStream(length);
        var began = Stopwatch.GetTimestamp();
        await person.UploadAsync(path, file);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> DownloadAsync(ServerProcess server, Person person)
    {
        var began = Stopwatch.GetTimestamp();
        var processing = await person.SubmitAsync("/Work", WorkKind.Large);
        var result = processing.Replace("handler=processing", "handler=result", StringComparison.Ordinal);
        while (true)
        {
            using var response = await person.Client.GetAsync(result, HttpCompletionOption.ResponseHeadersRead);
            if (response.IsSuccessStatusCode)
            {
                await response.Content.CopyToAsync(Stream.Null);
                return Stopwatch.GetElapsedTime(began).TotalSeconds;
            }

            await Task.Delay(100);
        }
    }

    /// <summary>The most resident memory that the server had while something was done.</summary>
    private sealed class Peak
    {
        private long _bytes;

        public double MiBOver(long before) => (_bytes - before) / (double)(1 << 20);

        public async Task<T> WatchAsync<T>(ServerProcess server, Func<Task<T>> work)
        {
            var working = work();
            while (!working.IsCompleted)
            {
                _bytes = Math.Max(_bytes, (await server.ReadAsync()).ResidentBytes);
                await Task.WhenAny(working, Task.Delay(50));
            }

            return await working;
        }
    }
}
