using System.Text;
using AsyncViews.Storage;

namespace AsyncViews.Tests.Storage;

/// <summary>Large content on disk: unreadable there, read from anywhere, and never other than what was written.</summary>
public sealed class ContentFileTests : IDisposable
{
    private const int Frame = 64 * 1024;
    private readonly ContentFiles _files = new(Directory.CreateTempSubdirectory("asyncviews-tests-").FullName);

    public void Dispose() => Directory.Delete(_files.Folder, recursive: true);

    [Fact]
    public async Task File_OnDisk_HoldsNoPlainText()
    {
        const string Canary = "canary-4711";
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(Canary, 20_000)));
        var content = await WriteAsync(text);

        var stored = await File.ReadAllBytesAsync(content.Path);

        stored.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Canary)).ShouldBe(-1);
        stored.AsSpan().IndexOf(content.Key.Span).ShouldBe(-1);
        stored.Length.ShouldBeGreaterThan(text.Length);
    }

    [Fact]
    public async Task EqualContents_OnDisk_Differ()
    {
        var first = await WriteAsync(Some(Frame * 2));
        var second = await WriteAsync(Some(Frame * 2));

        (await File.ReadAllBytesAsync(first.Path)).ShouldNotBe(await File.ReadAllBytesAsync(second.Path));
    }

    [Theory]
    [InlineData(Frame + 10)]
    [InlineData(Frame * 3)]
    [InlineData((Frame * 3) + 1234)]
    public async Task Ranges_OverFrames_AreReadAsWritten(int length)
    {
        var bytes = Some(length);
        await using var stream = await (await WriteAsync(bytes)).OpenReadAsync();

        foreach (var (start, count) in new[] { (0, 10), (Frame - 5, 10), (Frame, 1), (length - 7, 7), (1, length - 1) })
        {
            var buffer = new byte[count];
            stream.Seek(start, SeekOrigin.Begin);
            await stream.ReadExactlyAsync(buffer);
            buffer.AsSpan().SequenceEqual(bytes.AsSpan(start, count)).ShouldBeTrue($"{start}+{count}");
            stream.Position = start;
            stream.ReadExactly(buffer);
            buffer.AsSpan().SequenceEqual(bytes.AsSpan(start, count)).ShouldBeTrue($"{start}+{count}, synchronously");
        }

        stream.Position = length;
        (await stream.ReadAsync(new byte[1])).ShouldBe(0);
        stream.Read(new byte[1]).ShouldBe(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(Frame + 16 + 5)]
    [InlineData(-1)]
    public async Task Damage_OfOneBit_IsNoticed(int at)
    {
        var content = await WriteAsync(Some(Frame * 2));
        var stored = await File.ReadAllBytesAsync(content.Path);
        stored[at < 0 ? ^1 : at] ^= 1;
        await File.WriteAllBytesAsync(content.Path, stored);

        await Should.ThrowAsync<DamagedContentException>(() => ReadAsync(content));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(Frame + 16)]
    [InlineData((Frame * 2) + 32)]
    public async Task Truncation_AtAnyPlace_IsNoticed(int cut)
    {
        var content = await WriteAsync(Some(Frame * 3));
        var stored = await File.ReadAllBytesAsync(content.Path);
        await File.WriteAllBytesAsync(content.Path, stored[..^cut]);

        (await Should.ThrowAsync<DamagedContentException>(() => ReadAsync(content))).Message.ShouldBe("The length of the content file has changed since it was written.");
    }

    [Fact]
    public async Task Truncation_AtAFramesEndWithAMatchingLength_IsNoticed()
    {
        var content = await WriteAsync(Some(Frame * 3));
        var stored = await File.ReadAllBytesAsync(content.Path);
        await File.WriteAllBytesAsync(content.Path, stored[..((Frame + 16) * 2)]);

        await Should.ThrowAsync<DamagedContentException>(() => ReadAsync(new ContentFile(content.Path, content.Key.ToArray(), Frame * 2)));
    }

    [Fact]
    public async Task Frames_InAnotherOrder_AreNoticed()
    {
        var content = await WriteAsync(Some(Frame * 3));
        var stored = await File.ReadAllBytesAsync(content.Path);
        const int Sealed = Frame + 16;
        await File.WriteAllBytesAsync(content.Path, [.. stored[Sealed..(2 * Sealed)], .. stored[..Sealed], .. stored[(2 * Sealed)..]]);

        await Should.ThrowAsync<DamagedContentException>(() => ReadAsync(content));
    }

    [Fact]
    public async Task AnotherFile_InItsPlace_IsNoticed()
    {
        var content = await WriteAsync(Some(Frame * 2));
        var other = await WriteAsync(Some(Frame * 2));

        await Should.ThrowAsync<DamagedContentException>(() => ReadAsync(new ContentFile(other.Path, content.Key.ToArray(), content.Length)));
    }

    [Fact]
    public async Task Spool_ByItsSize_IsInMemoryOrInAFile()
    {
        await using var small = new ContentSpool(_files.CreateSink);
        await small.WriteAsync(new byte[ContentSpool.InlineLimit]);
        Directory.GetFiles(_files.Folder).ShouldBeEmpty();

        await small.WriteAsync(new byte[1]);
        Directory.GetFiles(_files.Folder).Length.ShouldBe(1);
        small.Length.ShouldBe(ContentSpool.InlineLimit + 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Spool_ThatIsNotTaken_DeletesItsFile(bool completed)
    {
        var spool = new ContentSpool(_files.CreateSink);
        await spool.WriteAsync(new byte[Frame * 2]);
        if (completed)
            await (await spool.OpenReadAsync()).DisposeAsync();

        await spool.DisposeAsync();

        Directory.GetFiles(_files.Folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task Content_Deleted_HasNoFile()
    {
        await using var spool = new ContentSpool(_files.CreateSink);
        await spool.WriteAsync(new byte[Frame * 2]);
        var content = await spool.CompleteAsync();

        await content.DeleteAsync();

        Directory.GetFiles(_files.Folder).ShouldBeEmpty();
    }

    [Fact]
    public void Folder_OfContents_IsItsOwnersOnly()
    {
        var folder = Path.Combine(_files.Folder, "new");
        _ = new ContentFiles(folder);

        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static byte[] Some(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)(index % 251))];

    private static async Task<byte[]> ReadAsync(ContentFile content)
    {
        await using var stream = await content.OpenReadAsync();
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private async Task<ContentFile> WriteAsync(byte[] bytes)
    {
        await using var writer = _files.CreateSink();
        foreach (var piece in bytes.Chunk(10_007))
            await writer.WriteAsync(piece);
        return (ContentFile)await writer.CompleteAsync();
    }

    [Theory]
    [InlineData(2)]
    [InlineData(null)]
    public async Task Completion_ThatFailsOnce_CanBeRepeated(int? failingFrame)
    {
        var bytes = Some((2 * Frame) + 10);
        await using var sink = new FailingSink(failingFrame);
        await sink.WriteAsync(bytes);
        await Should.ThrowAsync<StoreUnavailableException>(async () => await sink.CompleteAsync());

        var content = await sink.CompleteAsync();

        content.Length.ShouldBe(bytes.Length);
        sink.Frames.Sum(frame => frame.Length).ShouldBe((int)((EncryptedContent)content).StoredLength);
    }

    [Fact]
    public async Task Completion_AfterAWriteThatFailed_IsRefused()
    {
        await using var sink = new FailingSink(0);
        await sink.WriteAsync(Some(Frame));
        await Should.ThrowAsync<StoreUnavailableException>(async () => await sink.WriteAsync(Some(1)));

        await Should.ThrowAsync<DamagedContentException>(async () => await sink.CompleteAsync());
    }

    private sealed class FailingSink(int? failingFrame) : EncryptedContentSink
    {
        private bool _hasFailed;

        public List<byte[]> Frames { get; } = [];

        protected override ValueTask WriteFrameAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
        {
            if (Frames.Count == failingFrame)
                FailOnce();
            Frames.Add(frame.ToArray());
            return ValueTask.CompletedTask;
        }

        protected override ValueTask<EncryptedContent> FinishAsync(long length, CancellationToken cancellationToken)
        {
            if (failingFrame is null)
                FailOnce();
            return new ValueTask<EncryptedContent>(new Stored(Key, length));
        }

        private void FailOnce()
        {
            if (_hasFailed)
                return;

            _hasFailed = true;
            throw new StoreUnavailableException("no room");
        }

        private sealed class Stored(byte[] key, long length) : EncryptedContent("stored", key, length)
        {
            public override ValueTask<Stream> OpenReadAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

            public override ValueTask DeleteAsync() => ValueTask.CompletedTask;
        }
    }
}
