using System.Diagnostics;

namespace AsyncViews.Benchmarks.Load;

/// <summary>Another program that keeps one core busy, ended when this is disposed.</summary>
internal sealed class BusyCore : IDisposable
{
    private readonly Process _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["spin"]) { RedirectStandardInput = true })!;

    /// <summary>Spins on the first core until its input ends, so that it never outlives who started it.</summary>
    public static async Task SpinAsync()
    {
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1;
        var ended = Console.In.ReadToEndAsync();
        await Task.Run(() =>
        {
            while (!ended.IsCompleted)
                Thread.SpinWait(1000);
        });
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
