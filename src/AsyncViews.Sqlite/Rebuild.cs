using Microsoft.Extensions.Logging;

namespace AsyncViews.Sqlite;

/// <summary>Puts a new database in the place of a damaged one, with everything that can be read of that.</summary>
internal sealed class Rebuild(string path, ILogger logger)
{
    /// <summary>The new database, from when it is whole until it is in its place.</summary>
    private readonly string _rebuilt = path + ".rebuilt";

    private readonly string _unfinished = path + ".rebuilding";

    /// <remarks>With a definition that it does not understand, SQLite opens a file only if definitions may be written.</remarks>
    public void Run(string verdict)
    {
        File.Delete(_unfinished);
        long lost;
        using (var damaged = Database.Connect(path, "PRAGMA writable_schema = ON; PRAGMA query_only = ON"))
        using (var statements = Database.Connect(_unfinished, "PRAGMA auto_vacuum = INCREMENTAL; PRAGMA synchronous = FULL"))
        {
            Database.Create(statements);
            statements.Execute("BEGIN");
            lost = new Salvage(damaged, statements).Run();
            statements.Execute("COMMIT");
        }

        File.Move(_unfinished, _rebuilt, overwrite: true);
        SyncedFolder.Sync(Path.GetDirectoryName(path)!);
        SqliteLog.Salvaged(logger, path, verdict, lost, PutInPlace());
    }

    /// <summary>Does what a kill has left to do, after the damaged database had left its place.</summary>
    public void Finish()
    {
        if (File.Exists(path) || !File.Exists(_rebuilt))
            return;

        PutInPlace();
        SqliteLog.RebuildFinished(logger, path);
    }

    /// <summary>Deletes what a kill has left, since a sound database is in its place.</summary>
    public void Forget()
    {
        File.Delete(_unfinished);
        File.Delete(_rebuilt);
    }

    /// <returns>The name under which the damaged database is kept.</returns>
    private string PutInPlace()
    {
        var kept = $"{path}.damaged-{Guid.NewGuid():N}";
        foreach (var part in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(path + part))
                File.Move(path + part, kept + part);
        }

        File.Move(_rebuilt, path);
        SyncedFolder.Sync(Path.GetDirectoryName(path)!);
        return kept;
    }
}
