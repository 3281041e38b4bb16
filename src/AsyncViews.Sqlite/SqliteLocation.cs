namespace AsyncViews.Sqlite;

/// <summary>Where the database file is.</summary>
internal sealed record SqliteLocation(string Path);
