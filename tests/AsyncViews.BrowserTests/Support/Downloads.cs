namespace AsyncViews.BrowserTests.Support;

/// <summary>A file that a browser downloaded.</summary>
public static class Downloads
{
    public static async Task<byte[]> ReadBytesAsync(this IDownload download) =>
        await File.ReadAllBytesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);

    public static async Task<string[]> ReadLinesAsync(this IDownload download) =>
        await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
}
