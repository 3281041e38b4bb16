using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace AsyncViews.BrowserTests.Support;

/// <summary>A site in a process of its own, ended by its own handle.</summary>
public sealed class SiteProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];
    private readonly Dictionary<string, TaskCompletionSource> _awaited = [];

    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiteProcess(ProcessStartInfo start, string assembly)
    {
        start.WorkingDirectory = Path.GetDirectoryName(assembly);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Read(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Address { get; private set; } = "";

    /// <summary>The number by which the operating system knows the process.</summary>
    public int Id => _process.Id;

    /// <summary>Starts a built application, and waits for the line of its output that tells its address.</summary>
    public static Task<SiteProcess> StartAsync(string assembly, params string[] arguments) => StartAsync([], assembly, arguments);

    /// <summary>Starts it by another program.</summary>
    /// <param name="launcher">The program and its own arguments.</param>
    /// <param name="assembly">The application.</param>
    /// <param name="arguments">The application's arguments.</param>
    public static async Task<SiteProcess> StartAsync(string[] launcher, string assembly, params string[] arguments)
    {
        string[] command = [.. launcher, "dotnet", assembly, .. arguments];
        var site = new SiteProcess(new ProcessStartInfo(command[0], command[1..]), assembly);
        await site.BeReadyAsync(assembly);
        return site;
    }

    /// <summary>Starts it, and kills it after a while, be it ready or not.</summary>
    public static async Task StartAndKillAsync(TimeSpan after, string assembly, params string[] arguments)
    {
        await using var site = new SiteProcess(new ProcessStartInfo("dotnet", [assembly, .. arguments]), assembly);
        await Task.Delay(after);
        await site.KillAsync();
    }

    /// <summary>Returns whether a request failed because the site was killed. The handler throws the socket's own exception when a connection breaks as soon as it is made.</summary>
    public static bool MayBeKilled(Exception exception) => exception is HttpRequestException or IOException or SocketException;

    private async Task BeReadyAsync(string assembly)
    {
        try
        {
            var exited = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
            if (await Task.WhenAny(_address.Task, exited).WaitAsync(Patience.Limit, TestContext.Current.CancellationToken) == exited)
                throw new InvalidOperationException($"It ended with {_process.ExitCode}.");
            Address = await _address.Task;
        }
        catch (Exception exception)
        {
            await DisposeAsync();
            throw new InvalidOperationException($"{Path.GetFileName(assembly)} did not start:\n{string.Join('\n', _output)}", exception);
        }
    }

    /// <summary>The most memory that it has had resident, in bytes.</summary>
    public long ReadPeakMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', '\t').Single(part => part.Length > 0 && part.All(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for a line of its output with this text.</summary>
    public Task OutputAsync(string text)
    {
        lock (_output)
        {
            if (_output.Exists(line => line.Contains(text)))
                return Task.CompletedTask;
            return (_awaited[text] = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task.WaitAsync(Patience.Limit);
        }
    }

    /// <summary>SIGKILL: nothing of it runs on.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, as a service manager or an orchestrator stops it. Returns the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Read(string? line)
    {
        if (line is null)
            return;

        lock (_output)
        {
            _output.Add(line);
            foreach (var (_, awaited) in _awaited.Where(awaited => line.Contains(awaited.Key)))
                awaited.TrySetResult();
        }

        if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is var at and >= 0)
            _address.TrySetResult(line[at..].Trim());
    }
}
