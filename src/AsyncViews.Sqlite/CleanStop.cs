using System.Globalization;

namespace AsyncViews.Sqlite;

/// <summary>
/// The note that the database was closed in good order, with its size and time of then. A database that has it, and was not
/// touched since, needs no check; every other one may have been damaged by what ended its owner.
/// </summary>
internal sealed class CleanStop(string database)
{
    private readonly string _note = database + ".closed";

    /// <summary>Takes the note away, since the database is about to be changed.</summary>
    /// <returns>Whether it was true.</returns>
    public bool Take()
    {
        if (!File.Exists(_note))
            return false;

        var isTrue = File.ReadAllText(_note) == Describe();
        File.Delete(_note);
        return isTrue;
    }

    /// <summary>Leaves the note, after the last connection was closed. Without it, the next start only takes longer.</summary>
    public void Leave()
    {
        try
        {
            if (Describe() is { } description)
                File.WriteAllText(_note, description);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Null where changes are left in the log of writes: nobody has closed that.</summary>
    private string? Describe()
    {
        var file = new FileInfo(database);
        return file.Exists && !File.Exists(database + "-wal")
            ? string.Create(CultureInfo.InvariantCulture, $"{file.Length} bytes, changed {file.LastWriteTimeUtc.Ticks}") : null;
    }
}
