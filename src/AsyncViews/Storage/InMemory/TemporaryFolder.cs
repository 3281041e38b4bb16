namespace AsyncViews.Storage.InMemory;

/// <summary>The folder of one store's content, in the system's folder for temporary files. What a killed process has left there, the next one removes.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private const string Prefix = "asyncviews-memory-";

    /// <summary>The operating system releases it when its process ends, however it ends: a number may be another's by then, and a lock cannot.</summary>
    private const string LockFile = "in-use";

    private readonly FileStream _lock;

    public TemporaryFolder()
    {
        RemoveAbandoned();
        Content = new ContentFiles(Directory.CreateTempSubdirectory(Prefix).FullName);
        _lock = TryLock(Content.Folder, FileMode.CreateNew)!;
    }

    public ContentFiles Content { get; }

    public void Dispose()
    {
        _lock.Dispose();
        Directory.Delete(Content.Folder, recursive: true);
    }

    private static void RemoveAbandoned()
    {
        foreach (var folder in Directory.EnumerateDirectories(Path.GetTempPath(), Prefix + "*"))
        {
            // One without the file is just being made.
            if (TryLock(folder, FileMode.Open) is not { } abandoned)
                continue;

            try
            {
                abandoned.Dispose();
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another process is removing it, too.
            }
        }
    }

    private static FileStream? TryLock(string folder, FileMode mode)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockFile), mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (mode == FileMode.Open && exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
