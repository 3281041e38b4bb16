using System.Diagnostics;
using System.Globalization;

namespace AsyncViews.BrowserTests.Support;

/// <summary>Lets a running site's sync of the disk kill it, or fail.</summary>
internal static class SyncInjection
{
    public const string Kill = "signal=KILL";

    /// <summary>How SQLite syncs depends on how it was built.</summary>
    private const string Calls = "fsync,fdatasync";

    /// <summary>The disk says that it could not write.</summary>
    public const string Failure = "error=EIO";

    /// <summary>The syncs of the database's log.</summary>
    public const string Log = "log";

    /// <summary>These, and the syncs of content files and of their folder.</summary>
    public const string Any = "any";

    /// <param name="site">The running site.</param>
    /// <param name="of"><see cref="Log"/> or <see cref="Any"/>.</param>
    /// <param name="at">At which of these syncs of a thread: 1 is the next. The log has one thread.</param>
    /// <param name="effect">What happens there.</param>
    /// <returns>The running strace, which ends with the site.</returns>
    public static async Task<Process> AttachAsync(DurableSite site, string of, int at, string effect)
    {
        string[] paths = of == Log ? ["-P", site.DatabaseFile + "-wal"] : [];
        var start = new ProcessStartInfo("strace",
        [
            "-f", "-p", site.Process.Id.ToString(CultureInfo.InvariantCulture), "-e", $"trace={Calls}", .. paths,
            "-e", string.Create(CultureInfo.InvariantCulture, $"inject={Calls}:{effect}:when={at}"), "-o", "/dev/null",
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
