using System.Text.RegularExpressions;
using AsyncViews.Tests.Architecture;

namespace AsyncViews.Tests;

/// <summary>Every feature of the systems that AsyncViews descends from is named with a test that shows it.</summary>
public sealed partial class OriginsTests
{
    [Fact]
    public void Origins_NameTestsThatExist()
    {
        var sources = Repository.Sources(Repository.PathOf("tests"), ".cs").Select(File.ReadAllText).ToArray();
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "docs/origins.md")).Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| there ", StringComparison.Ordinal)).ToArray();
        rows.Length.ShouldBeGreaterThan(40);
        rows.ShouldAllBe(row => NamedTest().IsMatch(row));

        rows.SelectMany(row => NamedTest().Matches(row)).Where(test => !sources.Any(source => source.Contains($"class {test.Groups["class"].Value}") && source.Contains($" {test.Groups["method"].Value}(")))
            .Select(test => test.Value).ShouldBeEmpty();
    }

    [GeneratedRegex(@"`(?<class>\w+)\.(?<method>\w+_\w+)`")]
    private static partial Regex NamedTest();
}
