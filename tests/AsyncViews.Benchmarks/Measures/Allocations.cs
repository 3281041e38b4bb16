using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The bytes allocated for each submission, poll and replay.</summary>
internal static class Allocations
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(3);

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var held = await ServerProcess.StartAsync(new ServerOptions { Runs = 1 });
        using var person = await Person.ArriveAsync(held.Http1);
        var processing = await person.SubmitAsync("/Work", WorkKind.Held, number: 0);
        await held.RunsAsync(1);
        await using var running = await ServerProcess.StartAsync(new ServerOptions());

        var poll = person.Get(Polling.Completed(processing), Polling.Htmx);
        var polls = await LoadAsync(Side.Of(held, 200, _ => () => poll));
        var submissions = await LoadAsync(Submitting.Of(held, "/Work", 303));
        var plain = await LoadAsync(Submitting.Of(held, "/Plain", 302));
        var both = await LoadAsync(Submitting.Of(running, "/Work", 303, runBy: running));
        return
        [
            Row.Report("allocated a submission", KiB(submissions), $"synchronous empty handler: {KiB(plain)}", $"{submissions / plain:0.00}"),
            Row.Report("allocated a replay (run of an empty handler)", KiB(both - submissions), $"synchronous empty handler: {KiB(plain)}", $"{(both - submissions) / plain:0.00}"),
            Row.Report("allocated a poll with news", KiB(polls)),
        ];
    }

    private static async Task<double> LoadAsync(Side side)
    {
        await side.WarmUpAsync(Comparison.Clients);
        return (await side.LoadAsync(Comparison.Clients, Duration)).Allocated;
    }

    private static string KiB(double bytes) => $"{bytes / 1024:0.0} KiB";
}
