using System.Diagnostics;
using AsyncViews.Benchmarks.Load;
using AsyncViews.Benchmarks.Pages;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Measures;

/// <summary>How long after the end of the run the browser has the result.</summary>
internal static class Ending
{
    private const int Samples = 100;
    private const int AtOnce = 20;

    public static async Task<IReadOnlyList<Row>> MeasureAsync()
    {
        await using var server = await ServerProcess.StartAsync(new ServerOptions { Holds = true, Runs = 10 * AtOnce });
        var held = await SampleAsync(server, WatchAsync);
        var polled = await SampleAsync(server, AskEachSecondAsync);
        var p50 = Comparison.Median(held);
        return
        [
            new Row("end of run → browser has the result (HTTP/2, held)", $"p50 {p50:0.0} ms, p99 {Comparison.Quantile(held, 0.99):0.0} ms",
                $"channel + BackgroundService, asked each second: p50 {Comparison.Median(polled):0} ms", $"{p50 / Comparison.Median(polled):0.00}",
                "p50 ≤ 100 ms", p50 <= 100),
        ];
    }

    private static async Task<double[]> SampleAsync(ServerProcess server, Func<ServerProcess, Person, Task<double>> sample)
    {
        using var person = await Person.ArriveAsync(server.Http2, http2: true);
        await sample(server, person);
        List<double> milliseconds = [];
        while (milliseconds.Count < Samples)
            milliseconds.AddRange(await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => sample(server, person))));
        return [.. milliseconds];
    }

    private static async Task<double> WatchAsync(ServerProcess server, Person person)
    {
        var number = Person.NextNumber();
        var processing = await person.SubmitAsync("/Work", WorkKind.Held, number);
        var address = await person.PollAddressAsync(processing);
        var open = OpenLaterAsync(server, number);
        while (true)
        {
            using var answer = await person.PollAsync(address);
            var html = await answer.Content.ReadAsStringAsync();
            if (Person.ResultIn(html) is { } result)
            {
                var ended = long.Parse(await person.Client.GetStringAsync(result));
                var elapsed = Stopwatch.GetElapsedTime(ended).TotalMilliseconds;
                await open;
                return elapsed;
            }

            address = Person.PollIn(html) ?? address;
        }
    }

    private static async Task<double> AskEachSecondAsync(ServerProcess server, Person person)
    {
        var number = Person.NextNumber();
        var status = await person.SubmitAsync("/Documented", WorkKind.Held, number);
        var open = OpenLaterAsync(server, number);
        await Task.Delay(Random.Shared.Next(1000));
        while (true)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            if (await person.Client.GetStringAsync(status) is { Length: > 0 } ended)
            {
                var elapsed = Stopwatch.GetElapsedTime(long.Parse(ended)).TotalMilliseconds;
                await open;
                return elapsed;
            }
        }
    }

    /// <summary>At any moment of a second, as work ends.</summary>
    private static async Task OpenLaterAsync(ServerProcess server, int number)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1000 + Random.Shared.Next(1000)));
        await server.OpenGateAsync(number);
    }
}
