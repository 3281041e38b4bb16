using System.Diagnostics.CodeAnalysis;

namespace AsyncViews.Running;

/// <summary>The free places of this node's workers.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore has nothing to dispose of as long as nobody asks for its wait handle.")]
internal sealed class Room(int count)
{
    private readonly SemaphoreSlim _places = new(count);

    public int Free => _places.CurrentCount;

    /// <summary>Takes the next place that is free.</summary>
    public Task TakeAsync(CancellationToken cancellationToken) => _places.WaitAsync(cancellationToken);

    /// <summary>Takes the places that are free now, at most so many.</summary>
    public int TakeFree(int most)
    {
        var taken = 0;
        while (taken < most && _places.Wait(0, CancellationToken.None))
            taken++;
        return taken;
    }

    /// <returns>Whether none was free before.</returns>
    public bool GiveBack(int count) => count > 0 && _places.Release(count) == 0;
}
