using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Sqlite;

/// <summary>The place of the database file.</summary>
/// <param name="Path">The absolute path.</param>
/// <param name="FollowsContentRoot">Whether a release in another folder looks for it there.</param>
internal sealed record SqliteLocation(string Path, bool FollowsContentRoot)
{
    public const string Default = "App_Data/asyncviews.db";

    public static SqliteLocation Of(string file, string contentRoot) =>
        new(System.IO.Path.GetFullPath(file, contentRoot), !System.IO.Path.IsPathFullyQualified(file));

    /// <summary>The file that a path or a connection string names.</summary>
    /// <exception cref="ArgumentException">It names none, or asks for what the store does not do.</exception>
    public static string FileOf(string? connectionString)
    {
        // No connection string is without an equals sign: text that has none is a path.
        var file = connectionString is null ? Default : connectionString.Contains('=') ? Parse(connectionString) : connectionString;
        var fault = file switch
        {
            _ when string.IsNullOrWhiteSpace(file) => $"names no file. Leave it out for {Default}.",
            ":memory:" => "is a database that ends with its connection. Leave UseSqlite() out to keep processes in memory.",
            _ when file.StartsWith("file:", StringComparison.OrdinalIgnoreCase) => "is a URI. Write the path of the file.",
            _ when file.StartsWith('|') => "is not replaced by a folder. Write a path; a relative one begins in the content root.",
            "~" or ['~', '/' or '\\', ..] => "begins with a tilde, which is not replaced by a folder. Write a path; a relative one begins in the content root.",
            _ when System.IO.Path.EndsInDirectorySeparator(file) => "is a folder. Name a file in it, such as asyncviews.db.",
            _ => null,
        };
        return fault is null ? file : throw new ArgumentException($"UseSqlite() cannot use '{file}', which {fault}", nameof(connectionString));
    }

    private static string Parse(string connectionString)
    {
        SqliteConnectionStringBuilder given;
        try
        {
            given = new SqliteConnectionStringBuilder(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            // The text itself may hold a password.
            throw new ArgumentException(
                $"UseSqlite() cannot read its connection string: {exception.Message.TrimEnd('.')}. Write Data Source=… with the path of the file, or the path alone if it contains no equals sign.",
                nameof(connectionString), exception);
        }

        return UnsupportedIn(given) is { } unsupported
            ? throw new ArgumentException($"UseSqlite() does not support {unsupported}", nameof(connectionString)) : given.DataSource;
    }

    /// <summary>The first keyword that the store could only ignore, with what is meant; null where there is none.</summary>
    private static string? UnsupportedIn(SqliteConnectionStringBuilder given)
    {
        DbConnectionStringBuilder defaults = new SqliteConnectionStringBuilder();
        var keyword = given.Keys.Cast<string>().FirstOrDefault(keyword => keyword != "Data Source" && !Equals(given[keyword], defaults[keyword]));
        return (keyword, given.Mode) switch
        {
            (null, _) => null,
            ("Password", _) => "Password. The store encrypts its secrets itself, with the key ring beside the database.",
            ("Mode", SqliteOpenMode.Memory) => "Mode=Memory. Leave UseSqlite() out to keep processes in memory.",
            ("Mode", SqliteOpenMode.ReadOnly) => "Mode=ReadOnly. The store has to write.",
            _ => $"{keyword}. It needs Data Source only.",
        };
    }
}
