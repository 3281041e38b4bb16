using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace AsyncViews.Sqlite;

/// <summary>
/// Loads SQLite itself: the application's own <c>e_sqlite3</c> if it brings one, else the operating system's. None is
/// bundled, since a bundle ages with the package while the operating system is kept up to date.
/// </summary>
internal static class NativeSqlite
{
    private static readonly string[] Names = ["e_sqlite3", "libsqlite3.so.0", "libsqlite3.dylib", "winsqlite3"];

    private static readonly Lazy<bool> Loaded = new(() =>
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    });

    /// <exception cref="InvalidOperationException">There is no SQLite on this machine.</exception>
    public static void Load() => _ = Loaded.Value;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var library))
                return library;
        }

        throw new InvalidOperationException(
            "No SQLite library was found on this machine. Install the operating system's package (Debian and Ubuntu: apt-get install libsqlite3-0; " +
            "Fedora: dnf install sqlite-libs; Alpine: apk add sqlite-libs), or reference a NuGet package that contains e_sqlite3.");
    }
}
