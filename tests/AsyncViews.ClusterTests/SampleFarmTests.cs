using System.Diagnostics;
using System.Text.RegularExpressions;
using AsyncViews.ClusterTests.Support;

namespace AsyncViews.ClusterTests;

/// <summary>The sample site as the nodes of a farm, and a command that names the same store.</summary>
public sealed partial class SampleFarmTests(PostgreSqlServer server)
{
    private static readonly string Program = Path.Combine(Path.GetDirectoryName(Farm.Assembly)!, "sample-site", "SampleSite.dll");

    [Fact]
    public async Task Sample_OfTwoNodes_IsOneSiteAndHasCommands()
    {
        string[] store = ["--store", "postgresql", "--connection", await server.CreateSchemaAsync()];
        await using var one = await SiteProcess.StartAsync(Program, store);
        await using var other = await SiteProcess.StartAsync(Program, store);
        using var browser = new HttpClientHandler();
        var form = new HttpClient(browser, disposeHandler: false) { BaseAddress = new Uri(one.Address) };
        var token = Token().Match(await form.GetStringAsync("/report", TestContext.Current.CancellationToken)).Groups["token"].Value;
        using var atOne = new Submitter(form, "/report", token);
        using var atOther = new Submitter(new HttpClient(browser, disposeHandler: false) { BaseAddress = new Uri(other.Address) }, "/report", token);

        var id = await atOther.SubmitAsync(("State", "DE"), ("Format", "Csv"), ("Pace", "Full"));

        await Patience.UntilAsync(async () => await atOne.ReadStateAsync(id) == "succeeded", "the report is there");
        var (code, output) = await RunAsync([.. store, "nodes"]);
        code.ShouldBe(0, output);
        foreach (var node in (SiteProcess[])[one, other])
            output.ShouldContain(Farm.NameOf(node));
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] words)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo("dotnet", [Program, .. words]) { WorkingDirectory = Path.GetDirectoryName(Program), RedirectStandardOutput = true } };
        process.Start();
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience.Limit);
        return (process.ExitCode, output);
    }

    [GeneratedRegex("""__RequestVerificationToken" type="hidden" value="(?<token>[^"]+)""")]
    private static partial Regex Token();
}
