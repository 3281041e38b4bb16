namespace AsyncViews.Benchmarks.Load;

/// <summary>A temporary folder for databases and uploads, removed at the end. <c>TMPDIR</c> chooses the disk.</summary>
internal static class Scratch
{
    public static string Folder { get; } = Path.Combine(Path.GetTempPath(), $"asyncviews-benchmarks-{Environment.ProcessId}");

    public static void Make() => Directory.CreateDirectory(Folder);

    /// <summary>The path of a database that is not there yet, in a folder of its own.</summary>
    public static string NewDatabase() => Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, Guid.NewGuid().ToString("N"))).FullName, "asyncviews.db");

    public static void Remove() => Directory.Delete(Folder, recursive: true);
}
