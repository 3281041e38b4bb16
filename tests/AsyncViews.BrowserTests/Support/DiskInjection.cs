using System.Diagnostics;
using System.Globalization;

namespace AsyncViews.BrowserTests.Support;

/// <summary>Lets a running site's disk kill it, or fail.</summary>
internal static class DiskInjection
{
    public const string Kill = "signal=KILL";

    /// <summary>How SQLite syncs depends on how it was built.</summary>
    private const string Syncs = "fsync,fdatasync";

    /// <summary>The calls that write to files, and to nothing else.</summary>
    private const string Writes = "pwrite64,pwritev";

    /// <summary>The disk says that it could not write.</summary>
    public const string Failure = "error=EIO";

    /// <summary>The disk says that it is full.</summary>
    public const string Full = "error=ENOSPC";

    /// <summary>The calls on the database's log.</summary>
    public const string Log = "log";

    /// <summary>These, and the calls on content files, their folder and the ledger.</summary>
    public const string Any = "any";

    /// <param name="site">The running site.</param>
    /// <param name="of"><see cref="Log"/> or <see cref="Any"/>.</param>
    /// <param name="at">At which of these syncs of a thread: 1 is the next. The log has one thread.</param>
    /// <param name="effect">What happens there.</param>
    /// <returns>The running strace, which ends with the site.</returns>
    public static Task<Process> AttachToSyncsAsync(DurableSite site, string of, int at, string effect) => AttachAsync(site, Syncs, of, at, effect, "/dev/null");

    /// <summary>The same at a write. Ended by SIGTERM, strace leaves the site running.</summary>
    /// <param name="site">The running site.</param>
    /// <param name="of"><see cref="Log"/> or <see cref="Any"/>.</param>
    /// <param name="at">At which of these writes of a thread: 1 is the next.</param>
    /// <param name="effect">What happens there.</param>
    /// <param name="report">The file in which strace says <c>INJECTED</c> where it happened.</param>
    public static Task<Process> AttachToWritesAsync(DurableSite site, string of, int at, string effect, string report) => AttachAsync(site, Writes, of, at, effect, report);

    private static async Task<Process> AttachAsync(DurableSite site, string calls, string of, int at, string effect, string report)
    {
        string[] paths = of == Log ? ["-P", site.DatabaseFile + "-wal"] : [];
        var start = new ProcessStartInfo("strace",
        [
            "-f", "-p", site.Process.Id.ToString(CultureInfo.InvariantCulture), "-e", $"trace={calls}", .. paths,
            "-e", string.Create(CultureInfo.InvariantCulture, $"inject={calls}:{effect}:when={at}"), "-o", report,
        ])
        { RedirectStandardError = true };
        var strace = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience.Limit);
        var line = await strace.StandardError.ReadLineAsync(deadline.Token);
        line.ShouldNotBeNull().ShouldContain("attached", Case.Insensitive, "strace must be allowed to attach to a process of the same user");
        _ = strace.StandardError.ReadToEndAsync(CancellationToken.None);
        return strace;
    }
}
