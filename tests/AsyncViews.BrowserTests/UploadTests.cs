using System.Globalization;
using System.Security.Cryptography;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class UploadTests(BrowserFixture browser) : BrowserTest(browser)
{
    private const int MiB = 1 << 20;

    [Fact]
    public async Task Upload_Of200MB_ArrivesWholeAndIsNeverHeldInMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The memory of the server is read from /proc.");
        await using var site = await SiteProcess.StartAsync(Path.ChangeExtension(typeof(Program).Assembly.Location, ".dll"), Program.SiteCommand);
        var visitor = await VisitAsync(site.Address);
        var form = new UploadPage(visitor.Page);

        await SendAsync(form, MiB);
        var before = site.ReadPeakMemory();
        await SendAsync(form, 200 * MiB);
        var grown = site.ReadPeakMemory() - before;

        TestContext.Current.TestOutputHelper?.WriteLine($"{before / MiB} MiB, grown by {grown / MiB} MiB");
        grown.ShouldBeLessThanOrEqualTo(64 * MiB);
    }

    private static async Task SendAsync(UploadPage form, int length)
    {
        var path = Path.GetTempFileName();
        try
        {
            var hash = await WriteAsync(path, length);
            await form.OpenAsync();
            await form.Upload.SetInputFilesAsync(path);
            await form.Start.ClickAsync();
            await Expect(form.Received).ToHaveTextAsync(length.ToString(CultureInfo.InvariantCulture));
            await Expect(form.Hash).ToHaveTextAsync(hash);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<string> WriteAsync(string path, int length)
    {
        var block = new byte[MiB];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.Create(path);
        for (var written = 0; written < length; written += MiB)
        {
            RandomNumberGenerator.Fill(block);
            hash.AppendData(block);
            await file.WriteAsync(block, TestContext.Current.CancellationToken);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
