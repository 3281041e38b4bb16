using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace AsyncViews.Tests.Architecture;

/// <summary>The browser's files are the ones declared.</summary>
public class AssetTests
{
    /// <summary>SHA-256 of dist/htmx.min.js in the package htmx.org 2.0.11 as npm publishes it.</summary>
    private const string Htmx2_0_11 = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717";

    [Fact]
    public void Htmx_InTheRepository_IsTheFileOfTheDeclaredVersion()
    {
        using var libman = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("libman.json")));
        var library = libman.RootElement.GetProperty("libraries").EnumerateArray()
            .Single(library => library.GetProperty("library").GetString()!.StartsWith("htmx.org@"));
        var version = library.GetProperty("library").GetString()!.Split('@')[1];

        var expected = typeof(AssetTests).GetField($"Htmx{version.Replace('.', '_')}", BindingFlags.NonPublic | BindingFlags.Static)
            .ShouldNotBeNull($"libman.json declares htmx {version}: add the hash of that version's file here").GetRawConstantValue();
        var file = Repository.PathOf(library.GetProperty("destination").GetString()!, "dist", "htmx.min.js");
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file))).ShouldBe(expected);
        library.GetProperty("files").EnumerateArray().Select(name => name.GetString()).ShouldContain("dist/htmx.min.js");
    }

    /// <summary>htmx 2 and 4 each have an attribute for it. An element that waits for ever polls no more.</summary>
    [Fact]
    public void Views_ThatPoll_WaitForAnAnswerAsLongInEveryHtmx()
    {
        var polling = Repository.Sources(Repository.Library, ".cshtml").Where(view => File.ReadAllText(view).Contains("data-hx-get=")).ToList();

        polling.Count.ShouldBeGreaterThan(4);
        polling.ShouldAllBe(view => File.ReadAllText(view).Contains("""data-hx-request='{"timeout":30000}'""") && File.ReadAllText(view).Contains("""data-hx-config='{"timeout":30000}'"""));
    }
}
