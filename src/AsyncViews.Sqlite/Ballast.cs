using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>
/// A file that only takes room. To delete something, a database needs room first: on a full disk, this one is given up for it,
/// and made anew when there is room again.
/// </summary>
internal sealed class Ballast(string path)
{
    /// <summary>Several slices of upkeep, and the log of writes beside them.</summary>
    private const int Bytes = 16 * 1024 * 1024;

    /// <summary>ENOSPC and EDQUOT of Linux, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.</summary>
    private static readonly int[] FullDisk = [28, 122, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    private bool _isThere = File.Exists(path);

    /// <summary>The room that is kept for it while it is not there. Content that took it would be at the disk's reserve already when it is made.</summary>
    public long MissingBytes => Volatile.Read(ref _isThere) ? 0 : Bytes;

    public static bool IsOfAFullDisk(Exception exception) => exception switch
    {
        SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL } => true,
        SqliteException { SqliteExtendedErrorCode: SQLitePCL.raw.SQLITE_IOERR_SHMSIZE } => true,
        IOException io => FullDisk.Contains(io.HResult),
        _ => exception.InnerException is { } inner && IsOfAFullDisk(inner),
    };

    /// <summary>Returns whether there was one.</summary>
    public bool GiveUp()
    {
        if (!File.Exists(path))
            return false;

        File.Delete(path);
        Volatile.Write(ref _isThere, false);
        return true;
    }

    /// <summary>Makes it, if there is none and room enough to spare.</summary>
    public void Renew(long spareBytes)
    {
        if (spareBytes < 2 * Bytes || File.Exists(path))
            return;

        try
        {
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, PreallocationSize = Bytes });
            file.SetLength(Bytes);
            Volatile.Write(ref _isThere, true);
        }
        catch (IOException)
        {
            GiveUp();
        }
    }
}
