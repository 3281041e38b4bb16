using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Running.Replay;

/// <summary>Each upload of a run is read by itself, as it is on a plain page.</summary>
public class UploadTests
{
    private static readonly byte[][] Contents = [BytesOf(1, 300_000), BytesOf(2, 200_001), BytesOf(3, 10)];

    [Theory]
    [InlineData(1000)]
    [InlineData(70_000)]
    public async Task Uploads_ReadInTurns_AreWhatWasSent(int step)
    {
        var result = await RunAsync(async files =>
        {
            var streams = files.Select(file => file.OpenReadStream()).ToList();
            var copies = streams.ConvertAll(_ => new MemoryStream());
            var buffer = new byte[step];
            for (var read = 1; read > 0;)
            {
                read = 0;
                foreach (var (stream, copy) in streams.Zip(copies))
                {
                    var count = copy.Length % 2 == 0 ? await stream.ReadAsync(buffer) : stream.Read(buffer, 0, buffer.Length);
                    copy.Write(buffer, 0, count);
                    read += count;
                }
            }

            return copies.ConvertAll(copy => copy.ToArray());
        });

        result.ShouldBe(Contents);
    }

    [Fact]
    public async Task Uploads_ReadAtOnce_AreWhatWasSent()
    {
        var result = await RunAsync(async files => [.. await Task.WhenAll(files.Select(file => Task.Run(async () =>
        {
            using var copy = new MemoryStream();
            await file.CopyToAsync(copy);
            return copy.ToArray();
        })))]);

        result.ShouldBe(Contents);
    }

    [Fact]
    public async Task Upload_SoughtIn_IsReadFromThere()
    {
        var result = await RunAsync(async files =>
        {
            await using var first = files[0].OpenReadStream();
            await using var second = files[1].OpenReadStream();
            first.Seek(-5, SeekOrigin.End);
            second.Position = 100_000;
            var (end, middle) = (new byte[10], new byte[7]);
            var count = await first.ReadAsync(end);
            await second.ReadExactlyAsync(middle);
            return [end[..count], middle];
        });

        result.ShouldBe([Contents[0][^5..], Contents[1][100_000..100_007]]);
    }

    private static async Task<List<byte[]>> RunAsync(Func<IFormFileCollection, Task<List<byte[]>>> read)
    {
        var reads = new TaskCompletionSource<List<byte[]>>();
        await using var site = await Site.StartAsync(async (page, _, _) =>
        {
            page.Request.Form["Text"].ToString().ShouldBe("ann");
            page.Request.Form.Files.Select(file => (file.Name, file.FileName, file.ContentType)).ShouldBe(
                [("Files", "0.bin", "application/x-0"), ("Files", "1.bin", "application/x-1"), ("Files", "2.bin", "application/x-2")]);
            reads.SetResult(await read(page.Request.Form.Files));
            return page.Page();
        });
        using var browser = site.Browse();
        var (name, token) = await browser.TokenFieldAsync("/Work");
        var form = Browser.Multipart([("text", "ann"), (name, token)]);
        for (var index = 0; index < Contents.Length; index++)
            form.Add(new ByteArrayContent(Contents[index]) { Headers = { ContentType = new($"application/x-{index}") } }, "Files", $"{index}.bin");

        (await (await browser.PostAsync("/Work", form)).EndAsync()).ShouldBe("succeeded");
        return await reads.Task;
    }

    private static byte[] BytesOf(int seed, int count)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
