using System.Reflection;
using System.Text.RegularExpressions;

[assembly: AssemblyFixture(typeof(AsyncViews.PackageTests.Support.Feed))]

namespace AsyncViews.PackageTests.Support;

/// <summary>Every package of the repository, packed once into a folder from which applications restore.</summary>
public sealed partial class Feed : IAsyncLifetime
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("asyncviews-packages-");

    public string Folder => Path.Combine(_root.FullName, "feed");

    /// <summary>The package files by their id.</summary>
    public IReadOnlyDictionary<string, string> Packages { get; private set; } = null!;

    public string Version { get; private set; } = "";

    /// <summary>A new folder in which NuGet finds these packages, and those that the machine has restored before.</summary>
    public string MakeWorkplace(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root.FullName, name)).FullName;
        var restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

        // Packages of an earlier run have the same version, so they are never put where the machine keeps its own.
        File.WriteAllText(Path.Combine(folder, "nuget.config"), $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{_root.FullName}/restored" /></config>
              <fallbackPackageFolders><add key="machine" value="{restored}" /></fallbackPackageFolders>
              <packageSources><add key="packed" value="{Folder}" /></packageSources>
            </configuration>
            """);
        return folder;
    }

    public async ValueTask InitializeAsync()
    {
        var configuration = typeof(Feed).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        await Command.RunAsync(Repository.Root, "dotnet", "pack", "AsyncViews.sln", "--no-build", "--configuration", configuration, "--output", Folder);
        Packages = Directory.GetFiles(Folder, "*.nupkg").ToDictionary(file => PackageName().Match(Path.GetFileName(file)).Groups["id"].Value);
        Version = PackageName().Match(Path.GetFileName(Packages["AsyncViews"])).Groups["version"].Value;
    }

    public ValueTask DisposeAsync()
    {
        _root.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    [GeneratedRegex(@"^(?<id>.+?)\.(?<version>\d+\..+)\.nupkg$")]
    private static partial Regex PackageName();
}
