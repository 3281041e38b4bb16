using System.Threading.Channels;

namespace AsyncViews.Running;

/// <summary>The free places of this node's workers.</summary>
internal sealed class Room
{
    private readonly Channel<bool> _places;

    public Room(int count)
    {
        _places = Channel.CreateBounded<bool>(count);
        GiveBack(count);
    }

    public int Free => _places.Reader.Count;

    /// <summary>Takes the next place that is free.</summary>
    public async ValueTask TakeAsync(CancellationToken cancellationToken) => await _places.Reader.ReadAsync(cancellationToken);

    /// <summary>Takes the places that are free now, at most so many.</summary>
    public int TakeFree(int most)
    {
        var taken = 0;
        while (taken < most && _places.Reader.TryRead(out _))
            taken++;
        return taken;
    }

    public void GiveBack(int count)
    {
        for (var i = 0; i < count; i++)
            _places.Writer.TryWrite(true);
    }
}
