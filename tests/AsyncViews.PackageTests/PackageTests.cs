using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AsyncViews.PackageTests.Support;

namespace AsyncViews.PackageTests;

/// <summary>The packages as somebody sees them before using them, and their content.</summary>
public sealed partial class PackageTests(Feed feed)
{
    private static IEnumerable<string> Products => Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
        .Where(project => !XDocument.Load(project).Descendants("IsPackable").Any(packable => packable.Value == "false"))
        .Select(project => Path.GetFileNameWithoutExtension(project));

    [Fact]
    public void Packages_AreThoseOfTheProducts() => feed.Packages.Keys.ShouldBe(Products, ignoreOrder: true);

    [Fact]
    public void EachPackage_SaysWhatItIsForAndWhatItIs()
    {
        foreach (var (id, file) in feed.Packages)
        {
            using var package = ZipFile.OpenRead(file);
            var files = package.Entries.Select(entry => entry.FullName).ToArray();
            var metadata = XDocument.Parse(Read(package, $"{id}.nuspec")).Root!.Elements().Single();
            string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

            Value("version").ShouldBe(feed.Version, id);
            Value("license").ShouldBe("Apache-2.0", id);
            Value("icon").ShouldBe("icon.png", id);
            Value("description").ShouldNotBeNull(id).ShouldNotBe("Package Description", id);
            Value("tags").ShouldNotBeNull(id).ShouldContain("razor-pages");
            files.ShouldContain("icon.png", id);
            var repository = metadata.Elements().Single(element => element.Name.LocalName == "repository");
            repository.Attribute("type")!.Value.ShouldBe("git", id);
            repository.Attribute("commit")!.Value.ShouldMatch("^[0-9a-f]{40}$", id);

            // An introduction for those who have the package alone: code to use it, and no way into sources that they do not have.
            var readme = Read(package, Value("readme").ShouldNotBeNull(id));
            readme.ShouldStartWith($"# {id}\n\n", customMessage: id);
            readme.ShouldContain("```", customMessage: id);
            RelativeLink().Matches(readme).Select(link => link.Value).ShouldBeEmpty(id);

            if (id == "AsyncViews.Templates")
                continue;

            files.ShouldContain($"lib/net10.0/{id}.dll", id);
            files.ShouldContain($"lib/net10.0/{id}.xml", id);
            using var symbols = ZipFile.OpenRead(Path.ChangeExtension(file, ".snupkg"));
            symbols.Entries.Select(entry => entry.FullName).ShouldContain($"lib/net10.0/{id}.pdb", id);
        }
    }

    [Fact]
    public void Package_OfTheLibrary_HoldsTheAssetsAndTheAnalyzer()
    {
        using var package = ZipFile.OpenRead(feed.Packages["AsyncViews"]);
        var files = package.Entries.Select(entry => entry.FullName).ToArray();

        foreach (var file in (string[])["asyncviews.js", "asyncviews.css", "lib/htmx/dist/htmx.min.js", "lib/htmx/LICENSE"])
            files.ShouldContain($"staticwebassets/{file}");
        files.ShouldContain(file => file.StartsWith("build/") && file.EndsWith(".props"));
        files.Where(file => file.StartsWith("analyzers/")).ShouldBe(["analyzers/dotnet/cs/AsyncViews.Analyzers.dll", "analyzers/dotnet/cs/AsyncViews.CodeFixes.dll"], ignoreOrder: true);
    }

    private static string Read(ZipArchive package, string file)
    {
        using var reader = new StreamReader(package.GetEntry(file).ShouldNotBeNull(file).Open());
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\]\((?!https?://)[^)]*\)")]
    private static partial Regex RelativeLink();
}
