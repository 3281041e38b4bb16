namespace AsyncViews.PackageTests.Support;

/// <summary>The sample site outside of this repository, made of packages alone and published.</summary>
public sealed class PackagedSample(Feed feed) : IAsyncLifetime
{
    /// <summary>With Razor's runtime compilation, so that its pages can be edited while it runs.</summary>
    public string Editable => Path.Combine(Workplace, "editable");

    /// <summary>As it is deployed.</summary>
    public string Published => Path.Combine(Workplace, "published");

    /// <summary>Its pages and code.</summary>
    public string Sources => Path.Combine(Workplace, "sample-site");

    private string Workplace { get; set; } = "";

    public async ValueTask InitializeAsync()
    {
        Workplace = feed.MakeWorkplace("sample");
        foreach (var file in (string[])["Directory.Build.props", "Directory.Packages.props", "BannedSymbols.txt", ".editorconfig"])
            File.Copy(Path.Combine(Repository.Root, file), Path.Combine(Workplace, file));
        await Command.RunAsync(Repository.Root, "cp", "-r", "sample-site", Sources);
        foreach (var left in (string[])["bin", "obj", "App_Data"])
            Delete(Path.Combine(Sources, left));

        await Command.RunAsync(Sources, "dotnet", "publish", "--configuration", "Release", $"-p:AsyncViewsVersion={feed.Version}", "--output", Published);
        await Command.RunAsync(Sources, "dotnet", "build", $"-p:AsyncViewsVersion={feed.Version}", "-p:RazorRuntimeCompilation=true", "--output", Editable);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
