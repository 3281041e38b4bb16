using System.Diagnostics;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Load;

/// <summary>One side of a comparison under closed-loop load: every client sends its next request when the last is answered.</summary>
internal sealed class Side(ServerProcess server, int status, Func<int, Task<Func<ReadOnlyMemory<byte>>>> client)
{
    private const int FewMethods = 10;
    private static readonly TimeSpan WarmUpRound = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(30);

    private Func<ReadOnlyMemory<byte>>[]? _requests;

    /// <summary>The server that must have run what was submitted before the clock stops; null if nobody needs to.</summary>
    public ServerProcess? RunBy { get; init; }

    /// <summary>A side whose clients are given, one by one, what they send.</summary>
    public static Side Of(ServerProcess server, int status, Func<int, Func<ReadOnlyMemory<byte>>> client, ServerProcess? runBy = null) =>
        new(server, status, index => Task.FromResult(client(index))) { RunBy = runBy };

    /// <summary>Loads until the server's code is compiled as well as it will be: what is measured before that is the compiler.</summary>
    public async Task WarmUpAsync(int clients)
    {
        var began = Stopwatch.GetTimestamp();
        long compiled;
        do
        {
            compiled = (await server.ReadAsync()).CompiledMethods;
            await LoadAsync(clients, WarmUpRound);
        }
        while ((await server.ReadAsync()).CompiledMethods - compiled > FewMethods && Stopwatch.GetElapsedTime(began) < LongestWarmUp);
    }

    public async Task<Round> LoadAsync(int clients, TimeSpan duration)
    {
        _requests ??= await Task.WhenAll(Enumerable.Range(0, clients).Select(client));
        var before = await server.ReadAsync();
        var runs = RunBy is null ? 0 : (await RunBy.ReadAsync()).Runs;
        var connections = await Task.WhenAll(_requests.Select(_ => RawConnection.OpenAsync(server.Http1)));
        using var deadline = new CancellationTokenSource(duration + TimeSpan.FromSeconds(60));
        var began = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(connections.Select((connection, index) => Task.Run(async () =>
        {
            var count = 0;
            for (; Stopwatch.GetElapsedTime(began) < duration; count++)
            {
                var answer = await connection.SendAsync(_requests[index](), deadline.Token);
                if (answer != status)
                    throw new InvalidOperationException($"Answered {answer} instead of {status}.");
            }

            return count;
        })));
        if (RunBy is not null)
            await RunBy.RunsAsync(runs + counts.Sum());

        var elapsed = Stopwatch.GetElapsedTime(began);
        Array.ForEach(connections, connection => connection.Dispose());
        return Round.Of(counts.Sum(), elapsed, before, await server.ReadAsync());
    }
}

/// <summary>The outcome of one round of load.</summary>
/// <param name="Rate">Requests a second.</param>
/// <param name="Cpu">Milliseconds of the server's processor time a request: other programs on the machine change it little.</param>
/// <param name="Allocated">Bytes that the server allocated a request.</param>
internal sealed record Round(double Rate, double Cpu, double Allocated)
{
    public static Round Of(int requests, TimeSpan elapsed, Statistics before, Statistics after) => new(
        requests / elapsed.TotalSeconds,
        (after.CpuMilliseconds - before.CpuMilliseconds) / requests,
        (after.AllocatedBytes - before.AllocatedBytes) / (double)requests);
}
