namespace AsyncViews.Storage;

/// <summary>A folder that only this process's user can open. On Windows, it inherits the rights of the folder around it.</summary>
public static class PrivateFolder
{
    /// <summary>Creates the folder and those above it that are missing. One that is there stays as it is.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
