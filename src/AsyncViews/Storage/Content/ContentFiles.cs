using System.Text.RegularExpressions;

namespace AsyncViews.Storage;

/// <summary>A folder of encrypted content files. Each has a key of its own, which the file does not hold.</summary>
public sealed partial class ContentFiles
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
    public ContentSink CreateSink() => new ContentFileSink(Folder, _durable);

    /// <summary>Finds a finished file again. Whether it is there is seen when it is read.</summary>
    /// <param name="name">The name of the file, without its folder.</param>
    /// <param name="key">The key of its content.</param>
    /// <param name="length">The length of its plain text in bytes.</param>
    /// <exception cref="DamagedContentException">No file of these has such a name.</exception>
    public EncryptedContent Open(string name, byte[] key, long length) => new ContentFile(PathOf(name), key, length);

    /// <summary>Deletes a file, if it is there.</summary>
    /// <param name="name">The name of the file, without its folder.</param>
    /// <exception cref="DamagedContentException">No file of these has such a name.</exception>
    /// <exception cref="IOException">It could not be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be deleted.</exception>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <summary>Tells whether a file in the folder is one of these by its name.</summary>
    /// <param name="name">The name of the file, without its folder.</param>
    public static bool AreNamed(string name) => OwnName().IsMatch(name);

    /// <summary>A name comes from a record that somebody may have changed, and must not lead anywhere else.</summary>
    private string PathOf(string name) => AreNamed(name) ? Path.Combine(Folder, name) : throw new DamagedContentException("There is no content file of the name in its record.");

    [GeneratedRegex(@"^[0-9a-f]{32}\.content\z", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();
}
