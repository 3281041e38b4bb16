using System.Text.RegularExpressions;

namespace AsyncViews.Tests.Architecture;

/// <summary>The library's folders use each other in one direction only.</summary>
public partial class LayeringTests
{
    private static readonly string[] Ground = ["Diagnostics", "Answers"];
    private static readonly string[] Stored = [.. Ground, "Storage"];
    private static readonly string[] Stages = ["Capture", "Progress", "Results"];
    private static readonly string[] Run = [.. Stored, .. Stages, "Running"];

    /// <summary>Which folders of the library each may name in a using directive, besides the root's vocabulary.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["(root)"] = ["Resources"],
        ["Resources"] = [],
        ["Diagnostics"] = [],
        ["Answers"] = [],
        ["Storage"] = Ground,
        ["Capture"] = Stored,
        ["Progress"] = Stored,
        ["Results"] = Stored,
        ["Running"] = [.. Stored, .. Stages],
        ["AsyncPageModel"] = [.. Run, "Pages"],
        ["Pages"] = Run,
        ["Management"] = Run,
        ["Jobs"] = Run,
        ["Commands"] = [.. Run, "Jobs", "Management"],
        ["DependencyInjection"] = [.. Run, "Pages", "Jobs", "Management", "Commands"],
    };

    [Fact]
    public void Usings_OfEveryFolder_GoOneWay()
    {
        var files = Repository.Sources(Repository.Library, ".cs", ".cshtml").ToArray();
        files.Length.ShouldBeGreaterThan(50);

        files.SelectMany(Violations).ShouldBeEmpty();
    }

    [Fact]
    public void Folders_OfTheLibrary_AllHaveTheirPlace()
    {
        var folders = Repository.Sources(Repository.Library, ".cs").Select(LayerOf).Distinct();

        folders.Except(Allowed.Keys).ShouldBeEmpty();
    }

    [Fact]
    public void Files_OfTheLibrary_AreShort() =>
        Repository.Sources(Repository.Library, ".cs", ".cshtml")
            .Select(file => (File: Path.GetRelativePath(Repository.Root, file), Lines: File.ReadLines(file).Count()))
            .Where(source => source.Lines > 250)
            .ShouldBeEmpty();

    [Fact]
    public void Project_OfTheLibrary_DependsOnTheSharedFrameworkOnly()
    {
        var project = File.ReadAllText(Path.Combine(Repository.Library, "AsyncViews.csproj"));

        project.ShouldContain("<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />");
        project.ShouldNotContain("<PackageReference");
        project.ShouldNotContain("<ProjectReference");
    }

    private static IEnumerable<string> Violations(string file)
    {
        var layer = LayerOf(file);
        return NamedFolder().Matches(File.ReadAllText(file))
            .Select(match => match.Groups["folder"].Value)
            .Where(folder => folder != layer && Allowed.ContainsKey(folder) && !Allowed[layer].Contains(folder))
            .Select(folder => $"{Path.GetRelativePath(Repository.Root, file)} uses {folder}");
    }

    private static string LayerOf(string file)
    {
        var parts = Path.GetRelativePath(Repository.Library, file).Split(Path.DirectorySeparatorChar);
        return parts switch
        {
            ["AsyncPageModel.cs"] => "AsyncPageModel",
            [_] => "(root)",
            _ => parts[0],
        };
    }

    /// <summary>A using directive, a name from the root on, or one from its first folder on.</summary>
    [GeneratedRegex(@"\bAsyncViews\.(?<folder>Answers|Capture|DependencyInjection|Diagnostics|Pages|Progress|Resources|Results|Running|Storage)\b|(?<![\w.])(?<folder>Capture|Progress|Results|Running|Storage)\.[A-Z]\w+(?=[.(<\s])")]
    private static partial Regex NamedFolder();
}
