using System.Runtime.InteropServices;

namespace AsyncViews.Storage;

/// <summary>Content of at most <see cref="ContentSpool.InlineLimit"/> bytes, in memory.</summary>
/// <param name="bytes">The content.</param>
public sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : Content
{
    /// <summary>The content itself.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <inheritdoc />
    public override long Length => Bytes.Length;

    /// <inheritdoc />
    public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) => new(
        MemoryMarshal.TryGetArray(Bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(Bytes.ToArray(), writable: false));

    /// <summary>Does nothing: memory needs no removal.</summary>
    public override ValueTask DeleteAsync() => ValueTask.CompletedTask;
}
