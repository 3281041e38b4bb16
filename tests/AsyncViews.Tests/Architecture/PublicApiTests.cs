namespace AsyncViews.Tests.Architecture;

/// <summary>The public API is what was approved: a change of it is seen, and meant.</summary>
public class PublicApiTests
{
    [Fact]
    public void PublicApi_OfTheLibrary_IsTheApprovedOne()
    {
        var approved = Repository.PathOf("tests", "AsyncViews.Tests", "Architecture", "PublicApi.approved.txt");
        var received = Path.Combine(AppContext.BaseDirectory, "PublicApi.received.txt");
        var actual = PublicApi.Write(typeof(AsyncPageModel).Assembly);
        File.WriteAllText(received, actual);

        var expected = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";

        var differences = actual.Split('\n').Except(expected.Split('\n')).Select(line => $"+ {line}")
            .Concat(expected.Split('\n').Except(actual.Split('\n')).Select(line => $"- {line}"));
        differences.ShouldBeEmpty($"Where the change is meant, copy {received} over {approved}.");
        actual.ShouldBe(expected);
    }
}
