namespace AsyncViews.PostgreSql;

/// <summary>Remembers the next time for which something waits, so that nobody asks for it after every run.</summary>
internal sealed class DueTimes
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _next;
    private int _version;
    private bool _isKnown;

    /// <summary>Returns the next time, or null with <paramref name="isKnown"/> false if the database is to be asked.</summary>
    public DateTimeOffset? Next(out bool isKnown, out int version)
    {
        lock (_lock)
        {
            (isKnown, version) = (_isKnown, _version);
            return _next;
        }
    }

    /// <summary>Notes what the database has answered, unless something was forgotten since it was asked.</summary>
    public void Learn(DateTimeOffset? next, int version)
    {
        lock (_lock)
        {
            if (version == _version)
                (_next, _isKnown) = (next, true);
        }
    }

    /// <summary>Forgets the next time: something that waits for a time may have been added, or has gone.</summary>
    public void Forget()
    {
        lock (_lock)
            (_isKnown, _version) = (false, _version + 1);
    }
}
