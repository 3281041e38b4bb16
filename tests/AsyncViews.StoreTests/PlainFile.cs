using AsyncViews.Storage;

namespace AsyncViews.StoreTests;

/// <summary>Content in a file, as it is.</summary>
internal sealed class PlainFile(string path, long length) : Content
{
    public override long Length => length;

    public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete));

    public override ValueTask DeleteAsync()
    {
        File.Delete(path);
        return ValueTask.CompletedTask;
    }

    /// <summary>Writes one.</summary>
    internal sealed class Sink(string path) : ContentSink
    {
        private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
        private bool _completed;

        public override long Length => _file.Position;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _file.WriteAsync(buffer, cancellationToken);

        public override async ValueTask<Content> CompleteAsync(CancellationToken cancellationToken = default)
        {
            var length = Length;
            await _file.DisposeAsync();
            _completed = true;
            return new PlainFile(path, length);
        }

        protected override async ValueTask DisposeAsyncCore()
        {
            await _file.DisposeAsync();
            if (!_completed)
                File.Delete(path);
        }
    }
}
