using System.Diagnostics;
using AsyncViews.Tests.Architecture;

namespace AsyncViews.Tests.Scripts;

/// <summary>The samples of docs/scripts.md.</summary>
internal static class Samples
{
    public static string Folder { get; } = Repository.PathOf("tests", "AsyncViews.Tests", "Scripts");

    /// <summary>A client starts slowly on a busy machine, and waits between its polls.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Every block in a language.</summary>
    public static IReadOnlyList<string> ReadAll(string language) => BlocksIn(File.ReadAllText(Repository.PathOf("docs", "scripts.md")), language);

    private static string Read(string heading, string language)
    {
        var page = File.ReadAllText(Repository.PathOf("docs", "scripts.md"));
        return BlocksIn(page[page.IndexOf($"\n### {heading}\n", StringComparison.Ordinal)..], language)[0];
    }

    private static string[] BlocksIn(string text, string language) =>
        [.. text.Split($"\n```{language}\n").Skip(1).Select(block => block[..(block.IndexOf("\n```", StringComparison.Ordinal) + 1)])];

    /// <summary>Runs a sample as its reader would, with the site and the key in the environment.</summary>
    /// <returns>The exit code, and all that was printed.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(string heading, Uri site, string month)
    {
        var (language, program, arguments) = heading == "curl" ? ("bash", "bash", "-s") : ("js", "node", "--input-type=module -");
        Directory.Exists(Path.Combine(Folder, "node_modules")).ShouldBeTrue($"The clients are not there. Run 'npm ci --ignore-scripts' in {Folder}, as tests/run.sh does.");
        using var process = Process.Start(new ProcessStartInfo(program, $"{arguments} {month}")
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SITE"] = site.ToString().TrimEnd('/'), ["API_KEY"] = ScriptSite.Key },
        })!;
        try
        {
            await process.StandardInput.WriteAsync(Read(heading, language));
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(Deadline);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
