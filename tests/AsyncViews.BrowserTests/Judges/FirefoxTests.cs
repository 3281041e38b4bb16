using System.Diagnostics;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>A second browser: Firefox, led by WebDriver BiDi to a page in each state.</summary>
[Trait(JudgesSuite.Name, JudgesSuite.Value)]
public sealed class FirefoxTests(SampleFixture sample)
{
    [Fact]
    public async Task Pages_OfTheSample_WorkInFirefox()
    {
        var judges = Path.Combine(Repository.Root, "tests", "AsyncViews.BrowserTests", "Judges");
        using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(judges, "firefox.mjs"), sample.Address, "/usr/bin/firefox-esr"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(cancellation), process.StandardError.ReadToEndAsync(cancellation));
        await process.WaitForExitAsync(cancellation);

        process.ExitCode.ShouldBe(0, string.Concat(output));
        output[0].Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(10, output[0]);
    }
}
