using System.Diagnostics;
using System.Globalization;

namespace AsyncViews.BrowserTests.Support;

/// <summary>A site in a process of its own, ended by its own handle.</summary>
public sealed class SiteProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly List<string> _output = [];

    private SiteProcess(Process process) => _process = process;

    public string Address { get; private set; } = "";

    /// <summary>Starts a built application, and waits for the line of its output that tells its address.</summary>
    public static Task<SiteProcess> StartAsync(string assembly, params string[] arguments) =>
        StartAsync(new ProcessStartInfo("dotnet", [assembly, .. arguments]), assembly);

    /// <summary>Starts it under strace, which writes a line for every sync of the disk.</summary>
    public static Task<SiteProcess> StartTracedAsync(string traceFile, string assembly, params string[] arguments) =>
        StartAsync(new ProcessStartInfo("strace", ["-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", traceFile, "dotnet", assembly, .. arguments]), assembly);

    private static async Task<SiteProcess> StartAsync(ProcessStartInfo start, string assembly)
    {
        start.WorkingDirectory = Path.GetDirectoryName(assembly);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        var process = new Process { StartInfo = start };
        var site = new SiteProcess(process);
        var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) => site.Read(line.Data, address);
        process.ErrorDataReceived += (_, line) => site.Read(line.Data, address);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            site.Address = await address.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
        catch (Exception exception)
        {
            await site.DisposeAsync();
            throw new InvalidOperationException($"{Path.GetFileName(assembly)} did not start:\n{string.Join('\n', site._output)}", exception);
        }

        return site;
    }

    /// <summary>The most memory that it has had resident, in bytes.</summary>
    public long ReadPeakMemory()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', '\t').Single(part => part.Length > 0 && part.All(char.IsAsciiDigit)), CultureInfo.InvariantCulture);
    }

    /// <summary>SIGKILL: nothing of it runs on.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Read(string? line, TaskCompletionSource<string> address)
    {
        if (line is null)
            return;

        lock (_output)
            _output.Add(line);
        if (line.IndexOf("http://127.0.0.1:", StringComparison.Ordinal) is var at and >= 0)
            address.TrySetResult(line[at..].Trim());
    }
}
