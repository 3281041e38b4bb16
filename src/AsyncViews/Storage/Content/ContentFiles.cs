namespace AsyncViews.Storage;

/// <summary>A folder of encrypted content files. Each has a key of its own, which the file does not hold.</summary>
public sealed class ContentFiles
{
    private readonly bool _durable;

    /// <param name="folder">The folder. If it is missing, it is created for this process's user alone.</param>
    /// <param name="durable">Whether a file is on the disk when it is completed. Its name is the caller's to sync.</param>
    public ContentFiles(string folder, bool durable = false)
    {
        Folder = folder;
        _durable = durable;
        PrivateFolder.Create(folder);
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

    /// <summary>Begins a file.</summary>
    /// <exception cref="StoreUnavailableException">It could not be created.</exception>
    public ContentSink CreateSink() => new ContentFileSink(Path.Combine(Folder, $"{Guid.NewGuid():N}.content"), _durable);

    /// <summary>Finds a finished file again. Whether it is there is seen when it is read.</summary>
    /// <param name="name">The name of the file, without its folder.</param>
    /// <param name="key">The key of its content.</param>
    /// <param name="length">The length of its plain text in bytes.</param>
    public EncryptedContent Open(string name, byte[] key, long length) => new ContentFile(Path.Combine(Folder, name), key, length);
}
