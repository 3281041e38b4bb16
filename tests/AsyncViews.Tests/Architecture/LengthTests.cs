using System.Text.RegularExpressions;

namespace AsyncViews.Tests.Architecture;

/// <summary>Files are short, and so are types: one that is spread over several files counts as one.</summary>
public partial class LengthTests
{
    private const int Longest = 250;

    [Fact]
    public void Types_OfTheProducts_AreShort()
    {
        var files = Repository.Sources(Repository.PathOf("src"), ".cs", ".cshtml").ToArray();
        files.Length.ShouldBeGreaterThan(100);

        files.SelectMany(PartsIn).GroupBy(part => part.Type, part => part.Lines)
            .Select(type => (Type: type.Key, Lines: type.Sum()))
            .Where(type => type.Lines > Longest)
            .ShouldBeEmpty();
    }

    /// <summary>The partial types of a file, by their folder and name; the file itself if it has none.</summary>
    private static IEnumerable<(string Type, int Lines)> PartsIn(string file)
    {
        var text = File.ReadAllText(file);
        var lines = text.AsSpan().Count('\n');
        var name = Path.GetRelativePath(Repository.Root, file);
        var parts = PartialType().Matches(text).Select(match => Path.Combine(Path.GetDirectoryName(name)!, match.Groups["name"].Value)).Distinct().ToArray();
        return parts.Length == 0 ? [(name, lines)] : parts.Select(part => (part, lines));
    }

    [GeneratedRegex(@"\bpartial (?:record )?(?:class|struct|interface|record) (?<name>\w+)")]
    private static partial Regex PartialType();
}
