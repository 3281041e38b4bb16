namespace AsyncViews.Storage;

/// <summary>
/// A body that is being written, of unknown length and never whole in memory: up to 64 KiB stay in memory, more goes to
/// the sink of the store. Disposing it deletes everything that was not handed over.
/// </summary>
public sealed class ContentSpool : Stream
{
    /// <summary>The largest content that is kept in memory and in the record itself.</summary>
    public const int InlineLimit = 64 * 1024;

    private readonly Func<ContentSink> _createSink;
    private MemoryStream _inline = new();
    private ContentSink? _sink;
    private Content? _content;
    private bool _released;
    private Action<Content>? _whenUnneeded;

    /// <param name="createSink">Creates the place of content that outgrows <see cref="InlineLimit"/>. Called at most once.</param>
    public ContentSpool(Func<ContentSink> createSink) => _createSink = createSink;

    /// <summary>The share of the room that it takes as it grows; null if it takes none.</summary>
    internal ContentShare? Share { get; set; }

    /// <summary>The patience with a store that is away; null for none.</summary>
    internal ContentPatience? Patience { get; set; }

    /// <inheritdoc />
    public override long Length => _content?.Length ?? _sink?.Length ?? _inline.Length;

    /// <summary>Ends the writing, and opens the content.</summary>
    /// <exception cref="StoreUnavailableException">It could not be written.</exception>
    public async ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) =>
        await (await CompleteAsync(cancellationToken)).OpenReadAsync(cancellationToken);

    /// <summary>Ends the writing. Repeating it gives the same content.</summary>
    /// <exception cref="StoreUnavailableException">It could not be written.</exception>
    public async ValueTask<Content> CompleteAsync(CancellationToken cancellationToken = default) => _content ??= _sink is null
        ? new MemoryContent(_inline.GetBuffer().AsMemory(0, (int)_inline.Length))
        : await _sink.CompleteAsync(cancellationToken);

    /// <summary>Hands the content over to the record that names it from now on.</summary>
    public void Release()
    {
        _released = true;
        Share?.GiveBack();
    }

    /// <summary>Leaves the deletion to the store: nobody knows whether a record names the content.</summary>
    /// <param name="whenUnneeded">Called with the content when this is disposed, unless it was handed over by then.</param>
    public void Doubt(Action<Content> whenUnneeded) => _whenUnneeded = whenUnneeded;

    /// <inheritdoc />
    /// <exception cref="StoreUnavailableException">It could not be written, for example because the disk is full.</exception>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_content is not null, this);
        if (Share is not null)
            await Share.TakeAsync(buffer.Length, cancellationToken);
        if (_sink is null)
        {
            if (_inline.Length + buffer.Length <= InlineLimit)
            {
                _inline.Write(buffer.Span);
                return;
            }

            _sink = _createSink();
            _sink.Patience = _sink.CanBeAway ? Patience : null;
            await _sink.WriteAsync(_inline.GetBuffer().AsMemory(0, (int)_inline.Length), cancellationToken);
            _inline = new MemoryStream();
        }

        await _sink.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc />
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Deletes the content unless it was handed over, or is the store's to delete.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!_released)
        {
            _released = true;
            try
            {
                if (_content is not null && _whenUnneeded is not null)
                    _whenUnneeded(_content);
                else if (_content is not null)
                    await _content.DeleteAsync();
                if (_sink is not null)
                    await _sink.DisposeAsync();
            }
            finally
            {
                Share?.GiveBack();
                _content = new MemoryContent(ReadOnlyMemory<byte>.Empty);
            }
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc />
    public override bool CanRead => false;

    /// <inheritdoc />
    public override bool CanSeek => false;

    /// <inheritdoc />
    public override bool CanWrite => _content is null;

    /// <inheritdoc />
    public override long Position { get => Length; set => throw new NotSupportedException(); }

    /// <summary>Does nothing: the content is complete when it is taken.</summary>
    public override void Flush()
    {
    }

    /// <summary>Not supported: disks are slow, so writing is asynchronous.</summary>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Synchronous operations are disallowed. Call WriteAsync instead.");

    /// <summary>Not supported.</summary>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <summary>Not supported.</summary>
    public override void SetLength(long value) => throw new NotSupportedException();
}
