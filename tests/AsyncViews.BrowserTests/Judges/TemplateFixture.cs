using System.Diagnostics;
using AsyncViews.BrowserTests.Site;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The style sheets of an application made by <c>dotnet new webapp</c>.</summary>
public sealed class TemplateFixture : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-template-");

    public TestSiteSettings Settings => new() { Layout = "_Template", Assets = Path.Combine(_folder.FullName, "wwwroot") };

    public async ValueTask InitializeAsync()
    {
        using var made = Process.Start(new ProcessStartInfo("dotnet", ["new", "webapp", "--no-restore", "--output", _folder.FullName, "--name", "Template"])
        {
            RedirectStandardOutput = true,
        })!;
        await made.StandardOutput.ReadToEndAsync();
        await made.WaitForExitAsync();
        made.ExitCode.ShouldBe(0);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
