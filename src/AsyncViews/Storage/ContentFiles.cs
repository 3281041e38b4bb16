using System.Security.Cryptography;

namespace AsyncViews.Storage;

/// <summary>A folder of encrypted content files. Each has a key of its own, which the file does not hold.</summary>
public sealed class ContentFiles
{
    private readonly bool _durable;

    /// <param name="folder">The folder; created if it is missing.</param>
    /// <param name="durable">Whether a file is on the disk when it is completed. Its name is the caller's to sync.</param>
    internal ContentFiles(string folder, bool durable = false)
    {
        Folder = folder;
        _durable = durable;
        CreatePrivate(folder);
    }

    /// <summary>Makes a folder that only this process's user can open; leaves one that is there as it is.</summary>
    internal static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The folder of the files.</summary>
    public string Folder { get; }

    /// <summary>The bytes left on the folder's disk for this user.</summary>
    /// <exception cref="StoreUnavailableException">The folder is no longer there, for example because its disk was removed.</exception>
    public long FreeBytes
    {
        get
        {
            try
            {
                return new DriveInfo(Folder).AvailableFreeSpace;
            }
            catch (IOException exception)
            {
                throw new StoreUnavailableException($"The content folder is not accessible: {exception.Message}", exception);
            }
        }
    }

    internal ContentFileWriter Create() =>
        new(Path.Combine(Folder, $"{Guid.NewGuid():N}.content"), RandomNumberGenerator.GetBytes(ContentFrames.KeyLength), _durable);
}
