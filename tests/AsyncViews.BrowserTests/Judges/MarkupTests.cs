using System.Diagnostics;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>html-validate and the Nu checker find nothing in any page.</summary>
/// <remarks>
/// Off in htmlvalidate.json are what the framework's tag helpers break (rules of mere style, and the one against several fields
/// of one name, as its hidden fields are) and the rule against a refresh: the one in noscript is what the page has instead of
/// scripts, and a link turns it off. What the Nu checker is not asked for is the slash with which the framework's tag helpers
/// end their elements.
/// </remarks>
[Trait(JudgesSuite.Name, JudgesSuite.Value)]
public sealed class MarkupTests(SavedPages pages) : IClassFixture<SavedPages>
{
    private static readonly string Judges = Path.Combine(Repository.Root, "tests", "AsyncViews.BrowserTests", "Judges");

    [Fact]
    public async Task Pages_JudgedByHtmlValidate_HaveNoFault() =>
        (await JudgeAsync("node", "html-validate/bin/html-validate.mjs", "--config", Path.Combine(Judges, "htmlvalidate.json"), "--formatter", "text"))
            .ShouldBe((0, ""));

    [Fact]
    public async Task Pages_JudgedByTheNuChecker_HaveNoFault() =>
        (await JudgeAsync("java", "vnu-jar/build/dist/vnu.jar", "--filterpattern", "Trailing slash on void elements.*", "--format", "gnu", "--stdout")).ShouldBe((0, ""));

    private async Task<(int ExitCode, string Found)> JudgeAsync(string runtime, string judge, params string[] options)
    {
        var program = Path.Combine(Judges, "node_modules", judge);
        File.Exists(program).ShouldBeTrue($"{program} is missing: run 'npm ci --ignore-scripts' in {Judges}");
        var saved = Directory.GetFiles(pages.Folder);
        saved.Length.ShouldBeGreaterThan(PageState.All.Count);

        string[] start = runtime == "java" ? ["-jar", program] : [program];
        using var process = Process.Start(new ProcessStartInfo(runtime, [.. start, .. options, .. saved.Order()])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(output).Trim());
    }
}
