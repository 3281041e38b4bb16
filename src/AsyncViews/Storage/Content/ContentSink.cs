namespace AsyncViews.Storage;

/// <summary>
/// Takes content that does not fit into memory, piece by piece: a file, or chunks in a database. Disposing it deletes what
/// was not completed.
/// </summary>
public abstract class ContentSink : IAsyncDisposable
{
    /// <summary>The number of bytes written.</summary>
    public abstract long Length { get; }

    /// <summary>The patience with a store that is away; null for none.</summary>
    internal ContentPatience? Patience { get; set; }

    /// <summary>Tells whether a write that failed may succeed soon, as one to a database that is restarted.</summary>
    internal virtual bool CanBeAway => true;

    /// <summary>Writes the next bytes. Whatever the sink keeps of them in memory is not larger than 64 KiB.</summary>
    /// <exception cref="StoreUnavailableException">They could not be written.</exception>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default);

    /// <summary>Ends the writing. Called again after an exception, and never after it has succeeded. From then on, the content is as durable as the store is.</summary>
    /// <exception cref="StoreUnavailableException">It could not be written.</exception>
    public abstract ValueTask<Content> CompleteAsync(CancellationToken cancellationToken = default);

    /// <summary>Deletes what was written, unless it was completed.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisposeAsyncCore();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="DisposeAsync" />
    protected abstract ValueTask DisposeAsyncCore();
}
