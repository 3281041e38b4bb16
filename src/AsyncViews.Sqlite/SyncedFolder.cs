using System.Runtime.InteropServices;
using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>Makes the names in a folder durable: a synced file whose name is lost is lost.</summary>
internal static partial class SyncedFolder
{
    /// <summary>Makes the files in it durable too: those that somebody else wrote without syncing them.</summary>
    public static void SyncWithFiles(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            using var file = File.OpenHandle(path, access: FileAccess.ReadWrite);
            DiskSync.Sync(file);
        }

        Sync(folder);
    }

    /// <exception cref="IOException">It could not be synced.</exception>
    public static void Sync(string folder)
    {
        // Windows keeps names in a journal of its own.
        if (OperatingSystem.IsWindows())
            return;

        var descriptor = Open(folder, 0);
        if (descriptor < 0)
            throw new IOException($"The folder {folder} could not be opened: error {Marshal.GetLastPInvokeError()}.");
        try
        {
            if (FSync(descriptor) != 0)
                throw new IOException($"The folder {folder} could not be synced: error {Marshal.GetLastPInvokeError()}.");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
