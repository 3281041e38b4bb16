using System.Diagnostics;
using System.Net;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>The cost of waiting processes and of those who watch them, in memory and threads.</summary>
internal static class Waiting
{
    private const int Many = 10_000;
    private const int AtOnce = 50;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Holds = true, Runs = 2 * Many });
        using var person = await Person.ArriveAsync(server.Http2, http2: true);
        List<string> processes = [];
        await SubmitAsync(200);
        await Task.WhenAll(processes.Select(person.PollAddressAsync));
        var before = await server.ReadSettledAsync();

        await SubmitAsync(Many);
        await server.RunsAsync(200 + Many);
        var live = await server.ReadSettledAsync();

        using var stop = new CancellationTokenSource();
        var began = Stopwatch.GetTimestamp();
        List<Task> watchers = [];
        while (watchers.Count < Many)
        {
            // They come one after the other, as people do: ten thousand answers at once would fill the server's pool of buffers.
            watchers.AddRange(processes.Skip(200 + watchers.Count).Take(AtOnce).Select(process => WatchAsync(person, process, stop.Token)));
            while ((await server.ReadAsync()).HeldPolls < watchers.Count - AtOnce && Stopwatch.GetElapsedTime(began) < LongestWait && !watchers.Any(watcher => watcher.IsFaulted))
                await Task.Delay(5);
        }

        while ((await server.ReadAsync()).HeldPolls < Many && Stopwatch.GetElapsedTime(began) < LongestWait)
            await Task.Delay(50);
        var watched = await server.ReadSettledAsync();
        await stop.CancelAsync();
        await Task.WhenAll(watchers);

        var bare = await HoldBareAsync(server, person);
        var (perProcess, perWatcher) = (Per(live, before, Many), Per(watched, live, watched.HeldPolls));
        return
        [
            new Row($"{Many:N0} live processes that wait on a timer", $"{perProcess:0.0} KB managed memory each", "", "", "≤ 20 KB", perProcess <= 20),
            new Row($"{watched.HeldPolls:N0} held watchers over HTTP/2", $"{perWatcher:0.0} KB managed memory each", $"minimal API that waits, same requests: {bare:0.0} KB", $"{perWatcher / bare:0.00}", "≤ 12 KB", perWatcher <= 12 && watched.HeldPolls >= Many * 0.99),
            new Row("threads with both", $"{watched.Threads}", $"before: {before.Threads}", "", "flat (+10)", watched.Threads <= before.Threads + 10),
        ];

        async Task SubmitAsync(int count)
        {
            for (var sent = 0; sent < count; sent += AtOnce)
                processes.AddRange(await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => person.SubmitAsync("/Work", WorkKind.Timer))));
        }
    }

    /// <summary>The memory that the server and the framework take for a request that waits and does nothing else.</summary>
    private static async Task<double> HoldBareAsync(ServerProcess server, Person person)
    {
        var before = await server.ReadSettledAsync();
        using var stop = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, Many).Select(_ => person.PollAsync("/wait", stop.Token)).ToArray();
        await Task.WhenAny(Task.WhenAny(waiting), Task.Delay(TimeSpan.FromSeconds(15)));
        var held = await server.ReadSettledAsync();
        await stop.CancelAsync();
        await Task.WhenAll(waiting.Select(async one => await ((Task)one).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing)));
        return Per(held, before, Many);
    }

    private static async Task WatchAsync(Person person, string processing, CancellationToken stop)
    {
        // As its waiting page was after its first poll: it shows nothing of the process yet.
        var address = Polling.Completed(processing);
        try
        {
            while (true)
            {
                using var answer = await person.PollAsync(address, stop);
                if (answer.StatusCode != HttpStatusCode.NoContent)
                    address = Person.PollIn(await answer.Content.ReadAsStringAsync(stop)) ?? throw new InvalidOperationException($"A poll was answered {answer.StatusCode}.");
            }
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }

    private static double Per(Statistics after, Statistics before, int count) => (after.ManagedBytes - before.ManagedBytes) / 1024.0 / count;
}
