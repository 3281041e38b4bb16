using System.Diagnostics;
using AsyncViews.Benchmarks.Server;

namespace AsyncViews.Benchmarks.Load;

/// <summary>A server in a process of its own, ended when this is disposed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly HttpClient _control;

    private ServerProcess(Process process, Uri http1, Uri http2)
    {
        _process = process;
        Http1 = http1;
        Http2 = http2;
        _control = new HttpClient { BaseAddress = http1, Timeout = TimeSpan.FromSeconds(120) };
    }

    public int Id => _process.Id;

    public Uri Http1 { get; }

    /// <summary>HTTP/2 with prior knowledge.</summary>
    public Uri Http2 { get; }

    /// <param name="options">How it is set up.</param>
    /// <param name="program">The benchmark program of another build; null for this one.</param>
    public static Task<ServerProcess> StartAsync(ServerOptions options, string? program = null) => StartAsync(program ?? Environment.ProcessPath!, options.ToArguments());

    /// <summary>Starts a server that prints its addresses, tells its statistics, and ends with its standard input.</summary>
    public static async Task<ServerProcess> StartAsync(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        try
        {
            using var deadline = new CancellationTokenSource(LongestStart);
            var line = await process.StandardOutput.ReadLineAsync(deadline.Token) ?? throw new InvalidOperationException("The server ended before it served.");
            var urls = line.Split(' ');
            return new ServerProcess(process, new Uri(urls[0]), new Uri(urls[1]));
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    /// <summary>The figures that it tells of itself now.</summary>
    public async Task<Statistics> ReadAsync(bool collect = false) =>
        (await _control.GetFromJsonAsync<Statistics>($"/statistics?collect={collect}"))!;

    /// <summary>After garbage has been collected, and what ends late has ended.</summary>
    public async Task<Statistics> ReadSettledAsync()
    {
        await ReadAsync(collect: true);
        await Task.Delay(TimeSpan.FromSeconds(1));
        return await ReadAsync(collect: true);
    }

    public async Task<double[]> TakeLatenciesAsync() => (await _control.GetFromJsonAsync<double[]>("/latencies"))!;

    /// <summary>Schedules jobs of mixed priorities, or held ones. Returns how many a second it could.</summary>
    public async Task<double> ScheduleAsync(int count, bool held = false)
    {
        using var response = await _control.PostAsync($"/jobs/{count}?held={held}", null);
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<double>());
    }

    public async Task<Start[]> TakeStartsAsync() => (await _control.GetFromJsonAsync<Start[]>("/starts"))!;

    public async Task OpenGateAsync(int number)
    {
        using var response = await _control.PostAsync($"/open/{number}", null);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Makes a minimal API endpoint answer these bytes at <c>/same/{name}</c>.</summary>
    public async Task AnswerSameAsync(string name, string? contentType, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await _control.PutAsync($"/same/{name}", content);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Returns when so many runs have begun.</summary>
    public async Task RunsAsync(int count)
    {
        var began = Stopwatch.GetTimestamp();
        while ((await ReadAsync()).Runs < count)
        {
            if (Stopwatch.GetElapsedTime(began) > LongestStart)
                throw new TimeoutException($"Only {(await ReadAsync()).Runs} of {count} runs have begun.");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        _process.StandardInput.Close();
        try
        {
            using var deadline = new CancellationTokenSource(LongestStop);
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
