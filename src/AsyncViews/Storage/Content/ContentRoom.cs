using Microsoft.Extensions.Options;

namespace AsyncViews.Storage;

/// <summary>
/// The room for content that is being written: bodies that are being received, and results. Each counts from its first byte
/// against <see cref="AsyncViewsOptions.MinFreeDiskBytes"/>, and bodies count against <see cref="AsyncViewsOptions.MaxQueueBytes"/> too.
/// </summary>
internal sealed class ContentRoom(IProcessStore store, IOptions<AsyncViewsOptions> options, TimeProvider time)
{
    /// <summary>The time for which the store is not asked again.</summary>
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private const long NotMeasured = long.MinValue;

    private readonly AsyncViewsOptions _options = options.Value;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (int Count, long Bytes)> _lanes = [];
    private StoreLoad _load = new(0, 0, FreeDiskBytes: long.MaxValue);
    private long _measuredAt = NotMeasured;

    /// <summary>The bytes ever written, and how many of them the disk knew of when it was measured.</summary>
    private long _written, _writtenWhenMeasured;

    /// <summary>The bytes of bodies that are being received, and those of people who are not signed in.</summary>
    private long _received, _receivedOfAnonymous;

    /// <summary>A share for a body that is being received.</summary>
    public ContentShare ForBody(Sender sender) => new(this, sender);

    /// <summary>A share for a result.</summary>
    public ContentShare ForResult() => new(this, null);

    /// <summary>The load of the store as it was at most a second ago: enough to admit by, since the store judges whatever it accepts.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell just now.</exception>
    public async ValueTask<StoreLoad> ReadLoadAsync(CancellationToken cancellationToken)
    {
        await MeasureAsync(cancellationToken);
        lock (_lock)
            return _load;
    }

    /// <summary>The load of the store now, for whoever would be refused by an older one.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell just now.</exception>
    public ValueTask<StoreLoad> ReadLoadNowAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _measuredAt, NotMeasured);
        return ReadLoadAsync(cancellationToken);
    }

    /// <summary>Returns whether a body of this length would find room now.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot tell just now.</exception>
    public async ValueTask<bool> HasRoomAsync(long length, Sender sender, CancellationToken cancellationToken)
    {
        await MeasureAsync(cancellationToken);
        lock (_lock)
            return IsRoomForBody(length, 0, sender);
    }

    /// <summary>Takes room for bytes that are about to be written.</summary>
    /// <exception cref="StoreUnavailableException">There is none, or the store cannot tell just now whether there is for a body.</exception>
    public async ValueTask TakeAsync(long count, ContentShare share, CancellationToken cancellationToken)
    {
        try
        {
            await MeasureAsync(cancellationToken);
        }
        catch (StoreUnavailableException) when (share.Sender is null)
        {
            // The work is done. The room that there was is the best guess.
        }

        lock (_lock)
        {
            var isRoom = share.Sender is { } sender ? IsRoomForBody(count, share.Bytes, sender) : share.Bytes + count <= ContentSpool.InlineLimit || count <= DiskRoom;
            if (!isRoom)
                throw new StoreUnavailableException("There is no room for more content: MinFreeDiskBytes or MaxQueueBytes is reached.") { IsLackOfRoom = true };

            _written += count;
            Receive(share, count);
        }
    }

    /// <summary>Gives back what a share has taken: it is deleted, or counted by the store from now on.</summary>
    public void GiveBack(ContentShare share)
    {
        lock (_lock)
            Receive(share, -share.Bytes);
    }

    /// <summary>The bytes that may be written before the disk is at its reserve.</summary>
    private long DiskRoom => _options.MinFreeDiskBytes == 0 ? long.MaxValue : _load.FreeDiskBytes - (_written - _writtenWhenMeasured) - _options.MinFreeDiskBytes;

    /// <summary>
    /// A body of up to 64 KiB needs only room. Above that, the uploads of one lane, unless there is only one, and those of all
    /// anonymous people, where people can sign in, each hold at most half.
    /// </summary>
    private bool IsRoomForBody(long count, long before, Sender sender)
    {
        var left = Math.Min(DiskRoom, _options.MaxQueueBytes - _load.QueuedBytes - _received);
        if (count > left)
            return false;

        if (before + count <= ContentSpool.InlineLimit)
            return true;

        var half = (left + _received) / 2;
        var (others, ofSender) = _lanes.TryGetValue(sender.Lane, out var lane) ? (lane.Count - (before > 0 ? 1 : 0), lane.Bytes) : default;
        return (others == 0 || ofSender + count <= half)
            && (!sender.HasAddress || _options.MaxLiveProcessesPerAddress == 0 || others < _options.MaxLiveProcessesPerAddress)
            && (!sender.IsAnonymous || !_options.KeepsPartForUsers || _receivedOfAnonymous + count <= half);
    }

    private void Receive(ContentShare share, long change)
    {
        var (before, sender) = (share.Bytes, share.Sender);
        share.Bytes += change;
        if (sender is not { Lane: var lane, IsAnonymous: var isAnonymous })
            return;

        _received += change;
        if (isAnonymous)
            _receivedOfAnonymous += change;
        var (count, bytes) = _lanes.GetValueOrDefault(lane);
        count += (share.Bytes > 0 ? 1 : 0) - (before > 0 ? 1 : 0);
        if (count == 0)
            _lanes.Remove(lane);
        else
            _lanes[lane] = (count, bytes + change);
    }

    /// <summary>Asks the store once in a while. Bytes that are written meanwhile may count twice until it is asked again, so that none is missed.</summary>
    private async ValueTask MeasureAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _measuredAt) is not NotMeasured and var last && time.GetElapsedTime(last) < Freshness)
            return;

        long written;
        lock (_lock)
            written = _written;
        var load = await store.GetLoadAsync(cancellationToken);
        lock (_lock)
            (_load, _writtenWhenMeasured) = (load, written);
        Volatile.Write(ref _measuredAt, time.GetTimestamp());
    }
}

/// <summary>The part of the room that one content has taken.</summary>
/// <param name="room">The room.</param>
/// <param name="sender">The sender of a body; null for a result.</param>
internal sealed class ContentShare(ContentRoom room, Sender? sender)
{
    public Sender? Sender { get; } = sender;

    /// <summary>The bytes that it has taken. The room changes it.</summary>
    public long Bytes { get; set; }

    /// <inheritdoc cref="ContentRoom.TakeAsync" />
    public ValueTask TakeAsync(long count, CancellationToken cancellationToken) => room.TakeAsync(count, this, cancellationToken);

    /// <inheritdoc cref="ContentRoom.GiveBack" />
    public void GiveBack() => room.GiveBack(this);
}
