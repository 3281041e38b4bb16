namespace AsyncViews.Running;

/// <summary>
/// A worker for a process that is being accepted. The commit takes it if one is free by then. A store may answer late, or never, and
/// commit all the same: once this is disposed, no worker can be taken, and one that no run keeps is given back.
/// </summary>
/// <param name="room">The places of all runs.</param>
/// <param name="anonymousRoom">The places that runs of anonymous people may have.</param>
/// <param name="isAnonymous">Whether an anonymous person has sent the process.</param>
/// <param name="roomMade">Called when a worker is given back.</param>
/// <param name="stopping">Cancelled once this node takes nothing more.</param>
internal sealed class OfferedWorker(Room room, Room anonymousRoom, bool isAnonymous, Action? roomMade, CancellationToken stopping) : IDisposable
{
    private readonly Lock _lock = new();
    private bool _isTaken;
    private bool _isDisposed;

    /// <returns>Whether it is taken, now or before.</returns>
    public bool TryTake()
    {
        lock (_lock)
            return !_isDisposed && (_isTaken = _isTaken || HasTakenPlace());
    }

    /// <summary>Leaves the worker to the run, which gives it back at its end.</summary>
    public void Keep()
    {
        lock (_lock)
            _isTaken = false;
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            if (!_isTaken)
                return;

            _isTaken = false;
            room.GiveBack(1);
            anonymousRoom.GiveBack(isAnonymous ? 1 : 0);
        }

        roomMade?.Invoke();
    }

    private bool HasTakenPlace()
    {
        if (stopping.IsCancellationRequested || room.TakeFree(1) == 0)
            return false;

        if (!isAnonymous || anonymousRoom.TakeFree(1) == 1)
            return true;

        // The dispatcher may have come in between and found no place.
        if (room.GiveBack(1))
            roomMade?.Invoke();
        return false;
    }
}
