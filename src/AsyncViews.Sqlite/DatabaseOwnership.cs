using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>One operating-system process owns the database for its lifetime: two would run each other's processes.</summary>
internal sealed class DatabaseOwnership : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    private readonly string _file;
    private readonly FileStream _lock;

    private DatabaseOwnership(string database)
    {
        _file = LockFileOf(database);

        // The operating system releases it when this process ends, however it ends.
        _lock = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Tells whether the lock is still what a second process would find: a file that was deleted or replaced can be locked once more.</summary>
    /// <exception cref="IOException">The file is missing, or could not be opened.</exception>
    public bool IsInPlace
    {
        get
        {
            try
            {
                using var another = new FileStream(_file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                return false;
            }
            catch (IOException exception) when (IsOfTheOwner(exception))
            {
                return true;
            }
        }
    }

    /// <summary>Waits for a predecessor that is just stopping, until it is asked not to. The log says at once for whom.</summary>
    /// <exception cref="InvalidOperationException">Somebody else owns the database, and the message says who. Or files cannot be locked.</exception>
    public static async Task<DatabaseOwnership> TakeAsync(string database, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var isWaiting = false;
        while (true)
        {
            try
            {
                ThrowIfOpenWithoutLock(database);
                var ownership = new DatabaseOwnership(database);
                if (!ownership.IsInPlace)
                {
                    ownership.Dispose();
                    throw new InvalidOperationException(
                        $"The database {database} cannot be kept from other processes: locks of files are switched off (DOTNET_SYSTEM_IO_DISABLEFILELOCKING), or its file system has none. " +
                        "Switch them on, or put the database on a disk of this machine.");
                }

                await NoteOwnerAsync(OwnerFileOf(database));
                return ownership;
            }
            catch (IOException exception) when (IsOfTheOwner(exception))
            {
                var waited = time.GetElapsedTime(began);
                if (waited > Patience || cancellationToken.IsCancellationRequested)
                {
                    var owner = await ReadOwnerAsync(OwnerFileOf(database));
                    throw new InvalidOperationException(
                        $"The database {database} belongs to {owner}, which has not released it within {waited.TotalSeconds:0} seconds. {AdviceFor(owner)}", exception);
                }

                if (!isWaiting)
                    SqliteLog.WaitingForOwner(logger, database, await ReadOwnerAsync(OwnerFileOf(database)));
                isWaiting = true;
                await Task.Delay(RetryDelay, time, CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// A lock that was deleted while its owner lives can be made once more. The owner still has the database open: in the file
    /// beside it that all connections share, each of them keeps a byte locked.
    /// </summary>
    /// <exception cref="IOException">Somebody has it open.</exception>
    private static void ThrowIfOpenWithoutLock(string database)
    {
        const long LockedByConnections = 128;
        var shared = database + "-shm";
        if (OperatingSystem.IsMacOS() || File.Exists(LockFileOf(database)) || !File.Exists(shared))
            return;

        using var file = new FileStream(shared, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        file.Lock(LockedByConnections, 1);
    }

    /// <summary>EWOULDBLOCK of Linux and of BSD, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION of Windows: anything else is the disk's.</summary>
    private static bool IsOfTheOwner(IOException exception) => exception.HResult is 11 or 35 or unchecked((int)0x80070020) or unchecked((int)0x80070021);

    private static string ThisProcess => string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}");

    private static string LockFileOf(string database) => database + ".lock";

    private static string OwnerFileOf(string database) => database + ".owner";

    /// <summary>A process of another container can have the same number, and its machine the same name.</summary>
    private static string AdviceFor(string owner) => owner == ThisProcess
        ? "That is this process, so the owner is probably another host in it, such as a second WebApplicationFactory. Give each host a file of its own."
        : "Only one process can own an SQLite store. Stop the other process, or use a store that several can share.";

    /// <summary>The owner may be writing its name just now, or have had no room for it.</summary>
    private static async Task<string> ReadOwnerAsync(string file)
    {
        try
        {
            return await File.ReadAllTextAsync(file, CancellationToken.None) is { Length: > 0 } owner ? owner : "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }

    /// <summary>For the message of whoever waits: a disk that has no room for it is no reason not to start.</summary>
    private static async Task NoteOwnerAsync(string file)
    {
        try
        {
            await File.WriteAllTextAsync(file, ThisProcess);
        }
        catch (IOException)
        {
        }
    }

    public void Dispose() => _lock.Dispose();
}
