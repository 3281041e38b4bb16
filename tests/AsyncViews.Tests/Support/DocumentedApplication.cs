using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AsyncViews.Tests.Architecture;

namespace AsyncViews.Tests.Support;

/// <summary>
/// An application made by <c>dotnet new webapp</c> and by following the README and the pages of docs/ to the letter: each
/// sample stands in the file that the line before it names, and every view that can be replaced is.
/// </summary>
internal sealed partial class DocumentedApplication : IAsyncDisposable
{
    private const string Program = "Program.cs";

    private readonly string _folder = Directory.CreateTempSubdirectory("documented-").FullName;
    private Process? _site;

    /// <summary>All but scripts.md, which is about other programs: the tests of scripts run its samples.</summary>
    private static IEnumerable<string> Pages =>
    [
        Path.Combine(Repository.Root, "README.md"),
        .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Where(page => !page.EndsWith("/scripts.md", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    public string PathOf(string file) => Path.Combine(_folder, file);

    /// <summary>Makes the application, and says where it listens.</summary>
    public async Task<Uri> StartAsync()
    {
        await DotnetAsync("new", "webapp", "--output", ".", "--name", "Documented", "--no-restore");
        await DotnetAsync("add", "reference", Path.Combine(Repository.Root, "src/AsyncViews/AsyncViews.csproj"));
        await DotnetAsync("add", "reference", Path.Combine(Repository.Root, "src/AsyncViews.Sqlite/AsyncViews.Sqlite.csproj"));
        await DotnetAsync("add", "reference", Path.Combine(Repository.Root, "src/AsyncViews.PostgreSql/AsyncViews.PostgreSql.csproj"));
        await DotnetAsync("add", "reference", Path.Combine(Repository.Root, "src/AsyncViews.Quartz/AsyncViews.Quartz.csproj"));
        await DotnetAsync("add", "reference", Path.Combine(Repository.Root, "src/AsyncViews.EntityFrameworkCore/AsyncViews.EntityFrameworkCore.csproj"));
        await DotnetAsync("add", "reference", Path.Combine(Repository.Root, "src/AsyncViews.Recurring/AsyncViews.Recurring.csproj"));
        await DotnetAsync("add", "package", "Microsoft.EntityFrameworkCore.Sqlite", "--version", PackageVersionOf("Microsoft.EntityFrameworkCore.Sqlite"), "--no-restore");
        foreach (var page in Pages)
            await FollowAsync(await File.ReadAllTextAsync(page), Path.GetFileName(page));
        CopyViews();
        await DotnetAsync("build", "--nologo", "-p:BuildProjectReferences=false");

        var start = new ProcessStartInfo("dotnet", [PathOf("bin/Debug/net10.0/Documented.dll"), "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        _site = Process.Start(start)!;
        return await AddressOfAsync(_site);
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
        {
            _site.Kill(entireProcessTree: true);
            await _site.WaitForExitAsync();
            _site.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The version that the repository itself uses, which is known to be there.</summary>
    private static string PackageVersionOf(string package) =>
        XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Descendants("PackageVersion").Single(version => version.Attribute("Include")!.Value == package).Attribute("Version")!.Value;

    private async Task FollowAsync(string text, string page)
    {
        foreach (Match sample in Samples().Matches(text))
        {
            var code = sample.Groups["code"].Value;
            var file = FileName().Match(sample.Groups["before"].Value) is { Success: true } name ? name.Value.Trim('`')
                : IsOfProgram(code) ? Program : throw new InvalidOperationException($"{page} does not say in which file this stands:\n{code}");
            if (file == Program)
            {
                await AddToProgramAsync(code);
                continue;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
            File.Exists(PathOf(file)).ShouldBeFalse($"{page} has a second {file}");
            await File.WriteAllTextAsync(PathOf(file), code);
        }
    }

    /// <summary>The application's own views, but for those of the documentation, begin as copies of the library's. Those with an underscore are parts.</summary>
    private void CopyViews()
    {
        const string Folder = "Pages/Shared/_AsyncViews";
        foreach (var view in Directory.GetFiles(Path.Combine(Repository.Library, Folder), "*.cshtml"))
        {
            var file = Path.GetFileName(view);
            if (file is ['_', ..] and not "_ViewImports.cshtml" || File.Exists(PathOf(Path.Combine(Folder, file))))
                continue;

            File.Copy(view, PathOf(Path.Combine(Folder, file)));
        }
    }

    private static bool IsOfProgram(string code) => code.StartsWith("app.", StringComparison.Ordinal) || code.StartsWith("builder.", StringComparison.Ordinal);

    /// <summary>Services stand before the application is built, endpoints before it runs, and what the template has is there already.</summary>
    private async Task AddToProgramAsync(string code)
    {
        var program = (await File.ReadAllTextAsync(PathOf(Program))).ReplaceLineEndings("\n");
        var lines = code.Split('\n').Where(line => !(line.EndsWith(");", StringComparison.Ordinal) && IsOfProgram(line) && program.Contains($"\n{line}\n", StringComparison.Ordinal)));
        var before = code.StartsWith("app.", StringComparison.Ordinal) ? "app.Run();" : "var app = builder.Build();";
        program.ShouldContain(before);
        await File.WriteAllTextAsync(PathOf(Program), $"{(program.StartsWith("using AsyncViews;", StringComparison.Ordinal) ? "" : "using AsyncViews;\nusing Microsoft.EntityFrameworkCore;\n")}{program.Replace(before, $"{string.Join('\n', lines)}\n{before}")}");
    }

    private async Task DotnetAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"dotnet {string.Join(' ', arguments)}\n{output}");
    }

    private static async Task<Uri> AddressOfAsync(Process site)
    {
        List<string> said = [];
        while (await site.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = site.StandardOutput.ReadToEndAsync();
                return new Uri(match.Value);
            }
        }

        throw new InvalidOperationException($"The application ended before it listened.\n{string.Join('\n', said)}");
    }

    [GeneratedRegex(@"(?<before>[^\n]*)\n\n *```(csharp|cshtml)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Samples();

    [GeneratedRegex(@"`[\w/.]+\.(cs|cshtml)`")]
    private static partial Regex FileName();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();
}
