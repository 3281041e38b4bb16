using System.Xml.Linq;

namespace AsyncViews.Tests.Architecture;

/// <summary>A product package builds on the public API of the library alone, as somebody else's would.</summary>
public class ProjectTests
{
    [Fact]
    public void Internals_OfTheProducts_AreVisibleToTestsOnly()
    {
        var projects = Repository.Sources(Repository.PathOf("src"), ".csproj").ToArray();
        projects.Length.ShouldBeGreaterThan(1);

        projects.SelectMany(project => XDocument.Load(project).Descendants("InternalsVisibleTo").Select(element => element.Attribute("Include")!.Value))
            .Distinct().ShouldBe(["AsyncViews.Benchmarks", "AsyncViews.ClusterTests", "AsyncViews.Tests"], ignoreOrder: true);
    }
}
