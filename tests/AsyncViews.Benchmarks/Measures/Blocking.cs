using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>Tells whether runs that block their threads slow down what people do meanwhile.</summary>
internal static class Blocking
{
    private const int Runs = 200;
    private const int Clients = 2;
    private const int Rounds = 7;
    private const int Samples = 500;
    private const double Most = 2;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var blocked = await Occupied.StartAsync(WorkKind.Blocked);
        await using var waiting = await Occupied.StartAsync(WorkKind.Deaf);
        return
        [
            Describe($"page, while {Runs} runs that block their threads begin", [blocked.Begin], [waiting.Begin]),
            await CompareAsync("page", blocked, waiting, occupied => occupied.Page, 200),
            await CompareAsync("poll with news", blocked, waiting, occupied => occupied.Poll, 200),
            await CompareAsync("cancel", blocked, waiting, occupied => occupied.Cancel, 303),
        ];
    }

    private static async Task<Row> CompareAsync(string what, Occupied blocked, Occupied waiting, Func<Occupied, ReadOnlyMemory<byte>> request, int status)
    {
        List<(double[] Blocked, double[] Waiting)> rounds = [];
        for (var round = 0; round <= Rounds; round++)
            rounds.Add((await SampleAsync(blocked, request(blocked), status), await SampleAsync(waiting, request(waiting), status)));

        // The first compiles.
        rounds.RemoveAt(0);
        return Describe($"{what}, {Runs} runs block their threads", [.. rounds.Select(round => round.Blocked)], [.. rounds.Select(round => round.Waiting)]);
    }

    private static Task<double[]> SampleAsync(Occupied occupied, ReadOnlyMemory<byte> request, int status) =>
        SampleAsync(occupied.Server, request, status, count => count == Samples);

    private static async Task<double[]> SampleAsync(ServerProcess server, ReadOnlyMemory<byte> request, int status, Func<int, bool> isEnough)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        var samples = await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
        {
            using var connection = await RawConnection.OpenAsync(server.Http1);
            List<double> milliseconds = [];
            while (!isEnough(milliseconds.Count))
            {
                var began = Stopwatch.GetTimestamp();
                if (await connection.SendAsync(request, deadline.Token) is var answer && answer != status)
                    throw new InvalidOperationException($"Answered {answer} instead of {status}.");
                milliseconds.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            return milliseconds;
        }));
        return [.. samples.SelectMany(one => one)];
    }

    private static Row Describe(string measure, double[][] blocked, double[][] waiting)
    {
        var ratio = Comparison.Median(blocked.Zip(waiting, (one, other) => P99(one) / P99(other)));
        return new Row(measure, Describe(blocked), $"{Runs} that wait asynchronously: {Describe(waiting)}", $"p99 {ratio:0.00}", $"≤ {Most:0.00}", ratio <= Most);
    }

    private static double P99(double[] milliseconds) => Comparison.Quantile(milliseconds, 0.99);

    private static string Describe(IEnumerable<double[]> rounds) =>
        $"p50 {Comparison.Median(rounds.Select(Comparison.Median)):0.0} ms, p99 {Comparison.Median(rounds.Select(P99)):0.0} ms";

    /// <summary>A server whose workers are all taken, and what is asked of it.</summary>
    /// <param name="Server">The server.</param>
    /// <param name="Begin">How long a page took while the runs began, in milliseconds.</param>
    /// <param name="Page">Asks for the form.</param>
    /// <param name="Poll">Polls one of the runs.</param>
    /// <param name="Cancel">Cancels a run, which does not listen: it can be asked again and again.</param>
    private sealed record Occupied(ServerProcess Server, double[] Begin, ReadOnlyMemory<byte> Page, ReadOnlyMemory<byte> Poll, ReadOnlyMemory<byte> Cancel) : IAsyncDisposable
    {
        public static async Task<Occupied> StartAsync(WorkKind kind)
        {
            var server = await ServerProcess.StartAsync(new ServerOptions { Runs = Runs });
            try
            {
                using var person = await Person.ArriveAsync(server.Http1);
                var page = person.Get("/Work", "");
                await SampleAsync(server, page, 200, count => count == Samples);

                var hasBegun = false;
                var samples = SampleAsync(server, page, 200, _ => Volatile.Read(ref hasBegun));
                var processing = "";
                for (var run = 0; run < Runs; run++)
                    processing = await person.SubmitAsync("/Work", kind);
                await server.RunsAsync(Runs);
                Volatile.Write(ref hasBegun, true);
                return new Occupied(
                    server,
                    await samples,
                    page,
                    person.Get(Polling.Completed(processing), Polling.Htmx),
                    person.Post(processing.Replace("handler=processing", "handler=cancel", StringComparison.Ordinal)));
            }
            catch
            {
                await server.DisposeAsync();
                throw;
            }
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
