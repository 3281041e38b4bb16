using System.Diagnostics;
using System.Globalization;

namespace AsyncViews.BrowserTests.Support;

/// <summary>A file system of its own, in memory, which can run full. Only root may mount it.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-disk-");

    public SmallDisk(long bytes) => Run("mount", "-t", "tmpfs", "-o", $"size={bytes.ToString(CultureInfo.InvariantCulture)}", "tmpfs", Folder);

    public string Folder => _folder.FullName;

    public long FreeBytes => new DriveInfo(Folder).AvailableFreeSpace;

    private string Filler => Path.Combine(Folder, "filler");

    /// <summary>Takes all the room that is left, as another program would.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Create);
        var piece = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(piece);
                filler.Flush();
            }
        }
        catch (IOException)
        {
        }
    }

    public void Empty() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "--lazy", Folder);
        _folder.Delete();
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, $"{program} needs root");
    }
}
