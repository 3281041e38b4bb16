using System.Text.RegularExpressions;

namespace AsyncViews.Tests.Architecture;

/// <summary>The library's folders use each other in one direction only.</summary>
public partial class LayeringTests
{
    private static readonly string[] Stored = ["Diagnostics", "Submissions", "Storage"];
    private static readonly string[] Live = [.. Stored, "Http", "Progress", "Results"];
    private static readonly string[] Run = [.. Live, "Views", "Running"];
    private static readonly string[] Captured = [.. Run, "Capture"];

    /// <summary>Which folders of the library each may name in a using directive, besides the root's vocabulary.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["(root)"] = ["Resources"],
        ["Resources"] = [],
        ["Diagnostics"] = [],
        ["Submissions"] = [],
        ["Storage"] = ["Diagnostics"],
        ["Http"] = [.. Stored, "Endpoints", "Running", "Views"],
        ["Progress"] = Stored,
        ["Results"] = [.. Stored, "Http"],
        ["Views"] = [.. Live, "Resources"],
        ["Running"] = Live,
        ["Capture"] = [.. Run, "Endpoints"],
        ["Endpoints"] = Captured,
        ["Jobs"] = Captured,
        ["Management"] = Captured,
        ["AsyncPageModel"] = [.. Captured, "Endpoints"],
        ["Commands"] = [.. Captured, "Jobs", "Management"],
        ["Pages"] = ["Views"],
        ["DependencyInjection"] = [.. Captured, "Endpoints", "Jobs", "Management", "Commands"],
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
    [GeneratedRegex(@"(?<!"")\bAsyncViews\.(?<folder>Capture|Commands|DependencyInjection|Diagnostics|Endpoints|Http|Jobs|Management|Progress|Resources|Results|Running|Storage|Submissions|Views)\b|(?<![\w.])(?<folder>Capture|Progress|Results|Running|Storage|Submissions)\.[A-Z]\w+(?=[.(<\s])")]
    private static partial Regex NamedFolder();
}
