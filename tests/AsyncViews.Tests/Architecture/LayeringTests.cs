using System.Text.RegularExpressions;

namespace AsyncViews.Tests.Architecture;

/// <summary>The library's folders use each other in one direction only.</summary>
public partial class LayeringTests
{
    /// <summary>
    /// Every folder, the lowest first: each uses only what stands before it. The root stands below all of them, but for what
    /// belongs to the root by its name only, since applications use it: the last of these.
    /// </summary>
    private static readonly string[] Order =
    [
        "Resources", "", "Diagnostics", "Submissions", "Storage", "Storage/Content", "Storage/Sealing", "Storage/InMemory", "Http", "Progress", "Results",
        "Views", "Pages/Shared/_AsyncViews", "Pages/Shared/_AsyncViews/Admin", "Running", "Running/Replay", "Capture", "Endpoints", "Jobs", "Management", "Management/Admin", AsyncPageModel, "Commands", "DependencyInjection",
    ];

    private const string AsyncPageModel = "AsyncPageModel.cs";

    [Fact]
    public void Folders_OfTheLibrary_AllHaveTheirPlace() =>
        Sources().Select(LayerOf).Distinct().Except(Order).ShouldBeEmpty("a folder that no layer names");

    [Fact]
    public void Layers_OfTheOrder_AllExist() => Order.Except(Sources().Select(LayerOf)).ShouldBeEmpty();

    [Fact]
    public void Usings_OfEveryFolder_GoOneWay()
    {
        var uses = Sources().SelectMany(file => UsedBy(file).Select(used => (File: file, Used: used))).ToArray();
        uses.Length.ShouldBeGreaterThan(100);

        uses.Where(use => Array.IndexOf(Order, use.Used) > Array.IndexOf(Order, LayerOf(use.File)))
            .Select(use => $"{Path.GetRelativePath(Repository.Library, use.File)} uses {use.Used}")
            .ShouldBeEmpty();
    }

    [Fact]
    public void Project_OfTheLibrary_DependsOnTheSharedFrameworkOnly()
    {
        var project = File.ReadAllText(Path.Combine(Repository.Library, "AsyncViews.csproj"));

        project.ShouldContain("<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />");
        project.ShouldNotContain("<PackageReference");
        project.ShouldNotContain("<ProjectReference");
    }

    private static IEnumerable<string> Sources() => Repository.Sources(Repository.Library, ".cs", ".cshtml");

    /// <summary>The other layers that a file names. The compiler refuses a using directive that nothing needs, so each says something.</summary>
    private static IEnumerable<string> UsedBy(string file)
    {
        var code = CommentOrString().Replace(File.ReadAllText(file), "");
        var folders = NamedFolder().Matches(code).Select(match => match.Groups["folder"].Value.Replace('.', '/'));
        var named = folders.Select(folder => Order.Where(layer => folder == layer || folder.StartsWith(layer + '/')).MaxBy(layer => layer.Length)).OfType<string>();
        return (NamedAsyncPageModel().IsMatch(code) ? named.Append(AsyncPageModel) : named).Distinct().Where(layer => layer != LayerOf(file));
    }

    private static string LayerOf(string file)
    {
        var path = Path.GetRelativePath(Repository.Library, file).Replace(Path.DirectorySeparatorChar, '/');
        return path == AsyncPageModel ? path : path.Contains('/') ? path[..path.LastIndexOf('/')] : "";
    }

    /// <summary>A using directive, a name from the root on, or one from its first folder on.</summary>
    [GeneratedRegex(@"\bAsyncViews\.(?<folder>[A-Z]\w+(?:\.[A-Z]\w+)*)|(?<![\w.])(?<folder>Capture|Endpoints|Progress|Results|Running|Storage|Submissions|Views)\.[A-Z]\w+(?=[.(<\s])")]
    private static partial Regex NamedFolder();

    [GeneratedRegex(@"\bAsyncPageModel\b")]
    private static partial Regex NamedAsyncPageModel();

    [GeneratedRegex(@"//.*$|""(?:[^""\\\n]|\\.)*""", RegexOptions.Multiline)]
    private static partial Regex CommentOrString();
}
