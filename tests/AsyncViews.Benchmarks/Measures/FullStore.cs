using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>Measures whether a store with a million ended processes is as fast as an empty one.</summary>
internal static class FullStore
{
    private const int Many = 1_000_000;
    private const double Longest = 1.2;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        var (empty, full) = (Scratch.NewDatabase(), Scratch.NewDatabase());
        await MakeAsync(empty);
        await MakeAsync(full);
        var bytes = Copies.Of(full, "state >= 3", Many) / (double)Many;

        await using var emptyStore = await OpenStore.OpenAsync(empty);
        await using var fullStore = await OpenStore.OpenAsync(full);
        await emptyStore.MeasureAsync();
        await fullStore.MeasureAsync();
        List<(StoreTimes Empty, StoreTimes Full)> rounds = [];
        for (var round = 0; round < Comparison.Rounds; round++)
            rounds.Add((await emptyStore.MeasureAsync(), await fullStore.MeasureAsync()));

        return
        [
            Describe("submit", times => times.Submit),
            Describe("claim", times => times.Claim),
            Describe("poll", times => times.Poll),
            Describe("sweep", times => times.Sweep),
            Row.Report("bytes of an ended process in the database", $"{bytes:N0}"),
            Row.Report("opening the store", $"{fullStore.OpeningTime.TotalSeconds:0.00} s with 1,000,000 ended", $"empty store: {emptyStore.OpeningTime.TotalSeconds:0.00} s"),
        ];

        Row Describe(string step, Func<StoreTimes, double> time)
        {
            var (ours, theirs) = (Comparison.Median(rounds.Select(round => time(round.Full))), Comparison.Median(rounds.Select(round => time(round.Empty))));
            var ratio = Comparison.Median(rounds.Select(round => time(round.Full) / time(round.Empty)));
            return new Row($"{step}, 1,000,000 ended processes in the store", $"{ours:N0} µs", $"empty store: {theirs:N0} µs", $"{ratio:0.00}", $"≤ {Longest:0.00}", ratio <= Longest);
        }
    }

    /// <summary>A store with one process that has ended.</summary>
    private static async Task MakeAsync(string database)
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Database = database });
        using var person = await Person.ArriveAsync(server.Http1);
        var processing = await person.SubmitAsync("/Work", WorkKind.Empty);
        await server.RunsAsync(1);
        await person.ResultAsync(processing);
    }
}
