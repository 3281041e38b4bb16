using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AsyncViews.Storage;

/// <summary>Makes what was written to a file durable.</summary>
/// <remarks>
/// Outside Windows the framework's own FileStream.Flush(true) and RandomAccess.FlushToDisk say nothing of an fsync that
/// failed (seen with .NET 10.0.12). Its bytes may be lost, and the next fsync of the same file succeeds.
/// </remarks>
public static partial class DiskSync
{
    private const int Interrupted = 4;

    /// <summary>Returns when all that was written to the file so far is on its disk.</summary>
    /// <param name="file">A file that was opened for writing.</param>
    /// <exception cref="IOException">The bytes may not be on the disk, whatever a later call says.</exception>
    public static void Sync(SafeFileHandle file)
    {
        // macOS has a stronger call of its own, which the framework makes.
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
            RandomAccess.FlushToDisk(file);
        if (OperatingSystem.IsWindows())
            return;

        while (FSync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
                throw new IOException($"A file could not be synced: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(SafeFileHandle file);
}
