using System.Text.RegularExpressions;

namespace AsyncViews.Tests.Architecture;

/// <summary>Documentation comments say what a thing is or does: a noun or a verb comes first.</summary>
public partial class WordingTests
{
    [Fact]
    public void Summaries_OfAllSources_OpenWithANounOrAVerb() => new[] { "src", "tests", "sample-site" }
        .SelectMany(folder => Repository.Sources(Repository.PathOf(folder), ".cs"))
        .SelectMany(file => QuestionFirst().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetRelativePath(Repository.Root, file)}: {match.Value}"))
        .ShouldBeEmpty();

    [GeneratedRegex(@"<summary>[\s/]*(By |To |From |For |In )?(what|which|who|whom|whose|whether)\b.*", RegexOptions.IgnoreCase)]
    private static partial Regex QuestionFirst();
}
