using AsyncViews.Storage;

namespace AsyncViews.Tests.Storage;

/// <summary>Content that is read from any place, and some of which is damaged.</summary>
public sealed class EncryptedContentStreamTests : IDisposable
{
    private const int Frame = 64 * 1024;

    private readonly ContentFiles _files = new(Directory.CreateTempSubdirectory("asyncviews-tests-").FullName);

    public void Dispose() => Directory.Delete(_files.Folder, recursive: true);

    [Fact]
    public async Task Stream_OfContent_IsReadFromAnyPlace()
    {
        var bytes = Some(Frame * 3);
        await using var stream = await (await WriteAsync(bytes)).OpenReadAsync();
        var buffer = new byte[10];

        stream.Seek(Frame + 5, SeekOrigin.Begin).ShouldBe(Frame + 5);
        stream.ReadExactly(buffer);
        buffer.ShouldBe(bytes[(Frame + 5)..(Frame + 15)]);
        stream.Seek(-15, SeekOrigin.Current).ShouldBe(Frame);
        stream.ReadExactly(buffer);
        buffer.ShouldBe(bytes[Frame..(Frame + 10)]);
        stream.Seek(-10, SeekOrigin.End).ShouldBe(stream.Length - 10);
        stream.ReadExactly(buffer);
        buffer.ShouldBe(bytes[^10..]);
        (stream.CanRead, stream.CanSeek, stream.CanWrite).ShouldBe((true, true, false));
    }

    /// <summary>Nothing of a frame that does not open is taken for another frame.</summary>
    [Fact]
    public async Task Damage_OfAFrame_LeavesTheOthersAsTheyWere()
    {
        var bytes = Some(Frame * 3);
        var content = await WriteAsync(bytes);
        var stored = await File.ReadAllBytesAsync(content.Path);
        stored[100] ^= 1;
        await File.WriteAllBytesAsync(content.Path, stored);
        await using var stream = await content.OpenReadAsync();
        var buffer = new byte[10];

        for (var times = 0; times < 2; times++)
        {
            stream.Position = 0;
            Should.Throw<DamagedContentException>(() => stream.ReadExactly(buffer)).Message.ShouldBe("Stored content is damaged, or was replaced by another one.");
            stream.Position = Frame;
            stream.ReadExactly(buffer);
            buffer.ShouldBe(bytes[Frame..(Frame + 10)]);
        }
    }

    [Theory, InlineData(0), InlineData(Frame + 15)]
    public async Task Frame_OfAnotherLength_IsRefused(int length)
    {
        await using var stream = new StreamOfShortFrames(await WriteAsync(Some(Frame)), length);

        Should.Throw<DamagedContentException>(() => stream.ReadExactly(new byte[10])).Message.ShouldBe("The length of stored content has changed since it was written.");
        (await Should.ThrowAsync<DamagedContentException>(async () => await stream.ReadExactlyAsync(new byte[10]))).Message.ShouldBe("The length of stored content has changed since it was written.");
    }

    private static byte[] Some(int length) => [.. Enumerable.Range(0, length).Select(index => (byte)(index % 251))];

    private async Task<ContentFile> WriteAsync(byte[] bytes)
    {
        await using var writer = _files.CreateSink();
        await writer.WriteAsync(bytes);
        return (ContentFile)await writer.CompleteAsync();
    }

    private sealed class StreamOfShortFrames(EncryptedContent content, int length) : EncryptedContentStream(content)
    {
        protected override ValueTask<int> ReadFrameAsync(long number, Memory<byte> frame, CancellationToken cancellationToken) => ValueTask.FromResult(length);

        protected override int ReadFrame(long number, Span<byte> frame) => length;
    }
}
