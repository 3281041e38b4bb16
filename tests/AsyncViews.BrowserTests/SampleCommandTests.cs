using System.Diagnostics;
using System.Text.Json;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>Commands of the application's own program, in processes of their own on one store. The classes that inherit this run side by side.</summary>
public abstract class CommandTest : IDisposable
{
    protected const string Quiet = "--Logging:LogLevel:Default=Warning";

    private readonly TemporaryCopy _copy = new(Path.Combine(AppContext.BaseDirectory, "sample-site"), "App_Data");

    protected string Program => Path.Combine(_copy.Folder, "SampleSite.dll");

    public void Dispose()
    {
        _copy.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<string> ScheduleAsync(params string[] words)
    {
        var run = await RunAsync(["schedule", .. words, Quiet]);
        run.Code.ShouldBe(0, run.Errors);
        return run.Output.Trim();
    }

    protected async Task<(int Code, string Output, string Errors)> RunAsync(params string[] words)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Program, .. words]) { WorkingDirectory = _copy.Folder, RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2));
        return (process.ExitCode, await output, await errors);
    }
}

/// <summary>A queue that is filled, watched and emptied by commands alone.</summary>
public sealed class SampleCommandTests : CommandTest
{
    [Fact]
    public async Task Queue_FromTheCommandLine_IsFilledWatchedFlushedAndFollowed()
    {
        var low = await ScheduleAsync("survey", """{"State":"RI"}""", "--priority", "1");
        var high = await ScheduleAsync("survey", """{"State":"DE"}""", "--priority", "9");
        var later = await ScheduleAsync("survey", """{"State":"CT"}""", "--not-before", "2999-01-01");
        var test = await ScheduleAsync("asyncviews-test", """{"Duration":"00:00:00"}""");

        var (code, health) = await HealthAsync();
        (code, health.GetProperty("queued").GetInt32(), health.GetProperty("scheduled").GetInt32()).ShouldBe((0, 3, 1));
        health.GetProperty("types").EnumerateArray().Select(type => type.GetProperty("type").GetString()).ShouldBe(["job:survey", "job:asyncviews-test"], ignoreOrder: true);

        var first = await RunAsync("flush-queue", "--limit", "1", "--filter", "SURVEY", Quiet);
        first.ShouldSatisfyAllConditions(
            run => run.Code.ShouldBe(0), run => run.Output.ShouldContain($"Succeeded    {high}"), run => run.Output.ShouldContain("1 run, 1 succeeded, 0 did not"));
        var rest = await RunAsync("flush-queue", Quiet);
        rest.Code.ShouldBe(0);
        rest.Output.ShouldContain(low);
        rest.Output.ShouldContain(test);
        rest.Output.ShouldNotContain(later);

        (await RunAsync("cancel", later, Quiet)).Output.ShouldContain("Canceled");
        (await RunAsync("cancel", later, Quiet)).Code.ShouldBe(1);
        (await HealthAsync()).Health.GetProperty("scheduled").GetInt32().ShouldBe(0);
    }

    private async Task<(int Code, JsonElement Health)> HealthAsync()
    {
        var run = await RunAsync("queue-health", "--json");
        return (run.Code, JsonDocument.Parse(run.Output).RootElement);
    }
}

/// <summary>Words that no command understands.</summary>
public sealed class SampleUsageTests : CommandTest
{
    [Theory]
    [InlineData("schedule", "There is no job 'nothing'", "nothing")]
    [InlineData("schedule", "cannot be read as SurveyOrder in JSON", "survey", "[]")]
    [InlineData("schedule", "--priority must be a number from 0 to 100", "survey", "--priority", "x")]
    [InlineData("schedule", "--not-before must be a time", "survey", "--not-before", "soon")]
    [InlineData("flush-queue", "There is no option --limits", "--limits", "3")]
    [InlineData("flush-queue", "There is no option --limt", "--limt=3")]
    [InlineData("schedule", "cannot be read as SurveyOrder in JSON", "survey", "null")]
    [InlineData("schedule", "'Stat'", "survey", """{"Stat":"RI"}""")]
    [InlineData("schedule", "'State'", "survey")]
    [InlineData("flush-queue", "--limit needs a value", "--limit")]
    [InlineData("flush-queue", "job:survey", "--filter", "nothing")]
    [InlineData("queue-health", "Unexpected argument 'please'", "please")]
    [InlineData("cancel", "is not a process id", "42")]
    [InlineData("cancel", "either a process id or an identity")]
    public async Task Command_ThatIsMisused_SaysHowItIsUsed(string command, string complaint, params string[] words)
    {
        var run = await RunAsync([command, .. words]);

        run.Code.ShouldBe(2);
        run.Errors.ShouldContain(complaint);
        run.Errors.ShouldContain($"Usage: {command}");
    }

    [Theory]
    [InlineData(0, "help")]
    [InlineData(0, "--help")]
    [InlineData(2, "flush")]
    public async Task Program_AskedForWhatItCannotDo_ShowsItsUsageAndEnds(int code, string word)
    {
        var run = await RunAsync(word);

        run.Code.ShouldBe(code);
        (code == 0 ? run.Output : run.Errors).ShouldContain("flush-queue [--limit");
    }
}

/// <summary>Commands beside the site, and after it was killed.</summary>
public sealed class SampleSiteCommandTests : CommandTest
{
    [Fact]
    public async Task Command_WhileTheSiteRuns_NamesTheOwnerOfTheStore()
    {
        await using var site = await SiteProcess.StartAsync(Program);

        foreach (var command in (string[][])[["flush-queue"], ["queue-health"], ["schedule", "survey", """{"State":"RI"}"""], ["cancel", "--identity", "x"]])
        {
            var run = await RunAsync(command);

            run.Code.ShouldBe(2);
            run.Errors.ShouldContain($"belongs to process {site.Id} ");
        }
    }

    [Fact]
    public async Task Flush_AfterTheSiteWasKilled_RunsWhatMayBeRepeatedAgain()
    {
        var id = await ScheduleAsync("survey", """{"State":"TX"}""");
        await using (var site = await SiteProcess.StartAsync(Program, SlowSample.Slow))
        {
            await site.OutputAsync("started, attempt 1");
            await site.KillAsync();
        }

        var run = await RunAsync("flush-queue");

        run.Code.ShouldBe(0);
        run.Output.ShouldContain($"{id} started, attempt 2");
        run.Output.ShouldContain("1 run, 1 succeeded");
    }

    [Fact]
    public async Task Flush_OfWhatPagesSent_RunsThePages()
    {
        string report;
        await using (var site = await SiteProcess.StartAsync(Program, SlowSample.Slow))
        {
            for (var runway = 1; runway <= 3; runway++)
                await SubmitAsync(site, "departure", ("Flight", $"AF{runway}"));
            await site.OutputAsync("started, attempt 1");
            report = await SubmitAsync(site, "report", ("State", "DE"), ("Format", "Csv"), ("Pace", "Full"));
            await site.KillAsync();
        }

        var run = await RunAsync("flush-queue", "--filter", "page:", Quiet);

        run.Code.ShouldBe(0, run.Errors);
        run.Output.ShouldContain($"Succeeded    {report}  page:/Report");
        run.Output.ShouldContain("1 run, 1 succeeded");
    }

    private static async Task<string> SubmitAsync(SiteProcess site, string page, params (string Name, string Value)[] fields)
    {
        var client = new HttpClient { BaseAddress = new Uri(site.Address) };
        var form = await client.GetStringAsync($"/{page}", TestContext.Current.CancellationToken);
        var token = System.Text.RegularExpressions.Regex.Match(form, "__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)").Groups[1].Value;
        using var submitter = new Submitter(client, $"/{page}", token);
        return await submitter.SubmitAsync(fields);
    }
}
