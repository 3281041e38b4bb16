using System.Diagnostics;
using System.Globalization;

namespace AsyncViews.BrowserTests.Support;

/// <summary>Lets a running site's sync of the disk kill it, or fail.</summary>
internal static class SyncInjection
{
    public const string Kill = "signal=KILL";

    /// <summary>The disk says that it could not write.</summary>
    public const string Failure = "error=EIO";

    /// <param name="process">The site.</param>
    /// <param name="call"><c>fsync</c>, by which the library syncs content files and their folder, or <c>fdatasync</c>, by which SQLite syncs its log.</param>
    /// <param name="at">At which of these calls of a thread: 1 is the next.</param>
    /// <param name="effect">What happens there.</param>
    /// <returns>The running strace, which ends with the site.</returns>
    public static async Task<Process> AttachAsync(int process, string call, int at, string effect)
    {
        var start = new ProcessStartInfo("strace",
        [
            "-f", "-p", process.ToString(CultureInfo.InvariantCulture), "-e", $"trace={call}",
            "-e", string.Create(CultureInfo.InvariantCulture, $"inject={call}:{effect}:when={at}"), "-o", "/dev/null",
        ])
        { RedirectStandardError = true };
        var strace = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var line = await strace.StandardError.ReadLineAsync(deadline.Token);
        line.ShouldNotBeNull().ShouldContain("attached", Case.Insensitive, "strace must be allowed to attach to a process of the same user");
        _ = strace.StandardError.ReadToEndAsync(CancellationToken.None);
        return strace;
    }
}
