namespace AsyncViews.Benchmarks.Load;

/// <summary>A folder beside the program for databases and uploads, removed at the end.</summary>
internal static class Scratch
{
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, $"scratch-{Environment.ProcessId}");

    public static void Make() => Directory.CreateDirectory(Folder);

    /// <summary>The path of a database that is not there yet, in a folder of its own.</summary>
    public static string NewDatabase() => Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N"))).FullName, "asyncviews.db");

    public static void Remove() => Directory.Delete(Folder, recursive: true);
}
