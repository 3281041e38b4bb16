using System.Diagnostics;
using System.Runtime;
using AsyncViews.Progress;

namespace AsyncViews.Benchmarks.Server;

/// <summary>The figures that the server tells of itself.</summary>
public sealed record Statistics(long ManagedBytes, long AllocatedBytes, long ResidentBytes, double CpuMilliseconds, int Threads, int Runs, int HeldPolls, long CompiledMethods)
{
    /// <summary>With <paramref name="collect"/>, after garbage has been collected.</summary>
    internal static Statistics Read(RunLog runs, HeldPolls polls, bool collect)
    {
        if (collect)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return new Statistics(
            GC.GetTotalMemory(forceFullCollection: collect),
            GC.GetTotalAllocatedBytes(),
            process.WorkingSet64,
            process.TotalProcessorTime.TotalMilliseconds,
            process.Threads.Count,
            runs.Count,
            polls.Count,
            JitInfo.GetCompiledMethodCount());
    }
}
