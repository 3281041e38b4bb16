namespace AsyncViews.Storage;

/// <summary>The store cannot be written or read just now (for example, its disk is full). Nothing was changed; it may work later.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : StoreException(message, innerException)
{
    /// <summary>Tells whether the change may have been stored after all, because it failed in the middle of its commit.</summary>
    public bool MayBeStored { get; init; }

    /// <summary>Tells whether nothing is wrong with the store, and a limit of the room is reached.</summary>
    internal bool IsLackOfRoom { get; init; }
}
