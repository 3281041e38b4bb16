namespace AsyncViews.Storage.InMemory;

/// <summary>The folder of one store's content, in the system's folder for temporary files. What a killed process has left there, the next one removes.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Prefix = "asyncviews-memory-";

    /// <summary>The operating system releases it when its process ends, however it ends: a number may be another's by then, and a lock cannot.</summary>
    private const string LockFile = "in-use";

    /// <summary>Between the making of the file and its lock, another process may take the folder for abandoned.</summary>
    private const int MaxTries = 5;

    private readonly FileStream _lock;

    public TemporaryFolder()
    {
        RemoveAbandoned();
        (Content, _lock) = Create();
    }

    public ContentFiles Content { get; }

    public void Dispose()
    {
        _lock.Dispose();
        Remove(Content.Folder);
    }

    private static (ContentFiles Content, FileStream Lock) Create()
    {
        for (var tries = 1; ; tries++)
        {
            var folder = Directory.CreateTempSubdirectory(Prefix).FullName;
            try
            {
                var held = Lock(folder, FileMode.CreateNew);
                if (File.Exists(held.Name))
                    return (new ContentFiles(folder), held);

                held.Dispose();
            }
            catch (IOException) when (tries < MaxTries)
            {
                // Another process has locked or removed it.
            }

            Remove(folder);
        }
    }

    private static void RemoveAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            try
            {
                // One without the file is just being made. The file goes before its lock, so that whoever makes the folder sees it.
                Lock(folder, FileMode.Open, FileOptions.DeleteOnClose).Dispose();
                Remove(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It is in use.
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Another process is removing it, too.
        }
    }

    private static FileStream Lock(string folder, FileMode mode, FileOptions options = FileOptions.None) =>
        new(Path.Combine(folder, LockFile), mode, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, options);
}
