using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using AsyncViews.Tests.Architecture;

namespace AsyncViews.Tests;

/// <summary>Follows the README's quick start to the letter, in an application made by <c>dotnet new webapp</c>.</summary>
public sealed partial class QuickStartTests
{
    [Fact]
    public async Task QuickStart_FollowedInANewWebApplication_ShowsTheWaitingPageAndTheResult()
    {
        var folder = Directory.CreateTempSubdirectory("quickstart-").FullName;
        try
        {
            await DotnetAsync(folder, "new", "webapp", "--output", ".", "--name", "QuickStart", "--no-restore");
            await FollowReadmeAsync(folder);
            await DotnetAsync(folder, "add", "reference", Path.Combine(Repository.Root, "src/AsyncViews/AsyncViews.csproj"));
            await DotnetAsync(folder, "add", "reference", Path.Combine(Repository.Root, "src/AsyncViews.Sqlite/AsyncViews.Sqlite.csproj"));
            await DotnetAsync(folder, "build", "--nologo", "-p:BuildProjectReferences=false");

            using var site = Start(folder);
            try
            {
                await SubmitAndWatchAsync(await AddressOfAsync(site));
                File.Exists(Path.Combine(folder, "App_Data/asyncviews.db")).ShouldBeTrue("the quick start's store is durable");
            }
            finally
            {
                site.Kill(entireProcessTree: true);
                await site.WaitForExitAsync();
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task FollowReadmeAsync(string folder)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"));
        var code = CodeBlocks().Matches(readme).Select(block => block.Groups["code"].Value).ToArray();
        var (program, model, view) = (code[0], code[1], code[2]);

        var path = Path.Combine(folder, "Program.cs");
        var before = await File.ReadAllTextAsync(path);
        var after = before.Replace(program.Split('\n')[0].Trim(), program.Trim());
        after.ShouldNotBe(before, "the quick start's first line is not one of the template's");
        await File.WriteAllTextAsync(path, after);
        await File.WriteAllTextAsync(Path.Combine(folder, "Pages/Import.cshtml.cs"), model);
        await File.WriteAllTextAsync(Path.Combine(folder, "Pages/Import.cshtml"), view);
    }

    private static async Task SubmitAndWatchAsync(Uri address)
    {
        using var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        var form = await ReadAsync(await client.GetAsync("/Import"));
        using var upload = new MultipartFormDataContent
        {
            { new StringContent(form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" },
            { new StringContent(string.Concat(Enumerable.Repeat("a row\n", 100))), "Upload", "rows.csv" },
        };

        var accepted = await client.PostAsync("/Import", upload);
        accepted.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        var waiting = await ReadAsync(await client.GetAsync(accepted.Headers.Location));
        waiting.QuerySelector(".av-spinner").ShouldNotBeNull();
        waiting.QuerySelector("progress").ShouldNotBeNull();
        waiting.QuerySelector("nav").ShouldNotBeNull("the waiting page stands in the template's layout");

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        HttpResponseMessage response;
        do
        {
            response = await client.GetAsync(accepted.Headers.Location, deadline.Token);
        }
        while (response.StatusCode == HttpStatusCode.OK);

        var result = await ReadAsync(await client.GetAsync(response.Headers.Location));
        result.Body!.TextContent.ShouldContain("100 rows were imported.");
    }

    private static async Task<AngleSharp.Html.Dom.IHtmlDocument> ReadAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return new HtmlParser().ParseDocument(await response.Content.ReadAsStringAsync());
    }

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "bin/Debug/net10.0/QuickStart.dll"), "--urls", "http://127.0.0.1:0"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        return Process.Start(start)!;
    }

    private static async Task<Uri> AddressOfAsync(Process site)
    {
        while (await site.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = site.StandardOutput.ReadToEndAsync();
                return new Uri(match.Value);
            }
        }

        throw new InvalidOperationException("The application ended before it listened.");
    }

    private static async Task DotnetAsync(string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, $"dotnet {string.Join(' ', arguments)}\n{output}");
    }

    [GeneratedRegex(@"```(csharp|cshtml)\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlocks();

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+")]
    private static partial Regex Listening();
}
