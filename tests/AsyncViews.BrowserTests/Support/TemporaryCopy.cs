namespace AsyncViews.BrowserTests.Support;

/// <summary>A copy of a folder, which goes when it is disposed.</summary>
internal sealed class TemporaryCopy : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-copy-");

    /// <param name="original">The folder.</param>
    /// <param name="leftOut">What of it is not copied.</param>
    public TemporaryCopy(string original, params string[] leftOut)
    {
        foreach (var file in Directory.EnumerateFiles(original, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(original, file);
            if (leftOut.Contains(path.Split(Path.DirectorySeparatorChar)[0]))
                continue;

            var copy = Path.Combine(Folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Folder => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
