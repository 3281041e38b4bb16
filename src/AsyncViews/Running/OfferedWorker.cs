namespace AsyncViews.Running;

/// <summary>
/// A worker for a process that is being accepted, taken at its commit if one is free by then. A store may answer late, or never,
/// and commit all the same: once this is withdrawn, it takes none.
/// </summary>
/// <param name="room">The places of all runs.</param>
/// <param name="anonymousRoom">The places that runs of anonymous people may have.</param>
/// <param name="isAnonymous">Whether an anonymous person has sent the process.</param>
internal sealed class OfferedWorker(Room room, Room anonymousRoom, bool isAnonymous)
{
    private readonly Lock _lock = new();
    private bool _isTaken;
    private bool _isWithdrawn;

    /// <returns>Whether it is taken, now or before.</returns>
    public bool TryTake()
    {
        lock (_lock)
            return !_isWithdrawn && (_isTaken = _isTaken || HasTakenPlace());
    }

    /// <returns>Whether it was taken, and is to be given back.</returns>
    public bool Withdraw()
    {
        lock (_lock)
        {
            _isWithdrawn = true;
            return _isTaken;
        }
    }

    private bool HasTakenPlace()
    {
        if (room.TakeFree(1) == 0)
            return false;

        if (!isAnonymous || anonymousRoom.TakeFree(1) == 1)
            return true;

        room.GiveBack(1);
        return false;
    }
}
