namespace AsyncViews.PackageTests.Support;

/// <summary>An application made by the templates from packages alone, published, and run in Production from another folder.</summary>
public sealed class NewApplication(Feed feed) : IAsyncLifetime
{
    private const string Name = "Shop-Site";

    private SiteProcess? _site;

    public string Address => _site!.Address;

    /// <summary>The output of its build.</summary>
    public string BuildLog { get; private set; } = "";

    /// <summary>The folder that it runs in.</summary>
    public string Published { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        var workplace = feed.MakeWorkplace("application");
        var sources = Path.Combine(workplace, Name);
        var templates = Path.Combine(workplace, "templates");
        await Command.RunAsync(workplace, "dotnet", "new", "install", feed.Packages["AsyncViews.Templates"], "--debug:custom-hive", templates);
        await Command.RunAsync(workplace, "dotnet", "new", "asyncviews", "--output", Name, "--no-restore", "--debug:custom-hive", templates);
        await Command.RunAsync(sources, "dotnet", "new", "asyncpage", "--name", "Letters", "--output", "Pages", "--namespace", "Shop_Site.Pages", "--debug:custom-hive", templates);

        // No _ViewImports applies to this page.
        await Command.RunAsync(sources, "dotnet", "new", "asyncpage", "--name", "Audit", "--output", "Areas/Admin/Pages", "--debug:custom-hive", templates);
        await SlowDownAsync(Path.Combine(sources, "Areas", "Admin", "Pages", "Audit.cshtml.cs"));

        // Its namespace comes from the project, whose name has a dash.
        await Command.RunAsync(sources, "dotnet", "restore");
        await Command.RunAsync(sources, "dotnet", "new", "class", "--name", "Ticket", "--debug:custom-hive", templates);
        await SlowDownAsync(Path.Combine(sources, "Pages", "Letters.cshtml.cs"));

        // The analyzer that comes with the package sees this.
        await File.WriteAllTextAsync(Path.Combine(sources, "Slip.cs"), """
            public class SlipModel : AsyncViews.AsyncPageModel
            {
                protected override async Task<Microsoft.AspNetCore.Mvc.IActionResult> RunAsync(AsyncViews.ProcessContext process, CancellationToken cancellationToken)
                {
                    _ = Task.Run(() => 1, cancellationToken);
                    await Task.Yield();
                    return Page();
                }
            }
            """);

        Published = Path.Combine(workplace, "published");
        BuildLog = await Command.RunAsync(sources, "dotnet", "publish", "--configuration", "Release", "--output", Published);
        Directory.Delete(sources, recursive: true);
        _site = await SiteProcess.StartAsync(Path.Combine(Published, $"{Name}.dll"));
    }

    public ValueTask DisposeAsync() => _site?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>It is to be canceled, and must not end before, however long the browser takes.</summary>
    private static async Task SlowDownAsync(string page)
    {
        var code = await File.ReadAllTextAsync(page);
        var slow = code.Replace("Task.Delay(500", "Task.Delay(60_000");
        slow.ShouldNotBe(code);
        await File.WriteAllTextAsync(page, slow);
    }
}
