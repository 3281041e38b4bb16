using System.Diagnostics;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;

namespace AsyncViews.Tests.Architecture;

/// <summary>The browser's files: the ones declared, and all of them in the package.</summary>
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

    [Fact]
    public async Task Package_OfTheLibrary_HoldsTheAssetsAndWhatServesThem()
    {
        var output = Directory.CreateTempSubdirectory("asyncviews-pack-").FullName;
        try
        {
            var configuration = typeof(AssetTests).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
            var start = new ProcessStartInfo("dotnet")
            {
                ArgumentList = { "pack", Repository.Library, "--no-build", "--no-restore", "-c", configuration, "-o", output, "-nodeReuse:false" },
                RedirectStandardOutput = true,
            };
            using var pack = Process.Start(start)!;
            var log = await pack.StandardOutput.ReadToEndAsync();
            await pack.WaitForExitAsync();
            pack.ExitCode.ShouldBe(0, log);

            using var package = ZipFile.OpenRead(Directory.GetFiles(output, "AsyncViews.*.nupkg").ShouldHaveSingleItem());
            var files = package.Entries.Select(entry => entry.FullName).ToArray();
            foreach (var file in (string[])["asyncviews.js", "asyncviews.css", "lib/htmx/dist/htmx.min.js", "lib/htmx/LICENSE"])
                files.ShouldContain($"staticwebassets/{file}");
            files.ShouldContain("lib/net10.0/AsyncViews.dll");
            files.ShouldContain("lib/net10.0/AsyncViews.xml");
            files.ShouldContain("README.md");
            files.ShouldContain(file => file.StartsWith("build/") && file.EndsWith(".props"));
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }
}
