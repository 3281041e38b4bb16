namespace AsyncViews.Tests.Scripts;

/// <summary>Clients that others wrote fetch what a page produces, with nothing but the code of docs/scripts.md.</summary>
public class RealClientTests
{
    public static TheoryData<string> Clients => ["curl", "ky", "got", "@azure/core-lro", ".NET"];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Success_IsFetched(string client)
    {
        await using var site = await ScriptSite.StartAsync();

        var (exitCode, output) = await RunAsync(client, site, "May");

        output.Trim().ShouldBe("Report of May");
        exitCode.ShouldBe(0);
        site.Runs.Count.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Failure_IsToldOnce(string client)
    {
        await using var site = await ScriptSite.StartAsync();

        var (exitCode, output) = await RunAsync(client, site, "June");

        exitCode.ShouldNotBe(0, output);
        output.ShouldContain(client == "@azure/core-lro" ? "The long-running operation has failed" : "409");
        ShouldNotHaveRetried(site);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Cancel_IsToldOnce(string client)
    {
        await using var site = await ScriptSite.StartAsync();

        var running = RunAsync(client, site, "July");
        await Task.WhenAny(site.Started, running);
        await site.Site.Processes.CancelAsync(site.Runs.Single());
        var (exitCode, output) = await running;

        exitCode.ShouldNotBe(0, output);
        output.ShouldContain(client == "@azure/core-lro" ? "Operation was canceled" : "410");
        ShouldNotHaveRetried(site);
    }

    [Fact]
    public void SampleForDotNet_IsTheCodeThatIsTested() =>
        File.ReadAllText(Path.Combine(Samples.Folder, "ReportClient.cs")).ShouldContain(Samples.Read(".NET", "csharp"));

    /// <summary>What is final was asked for once, and one process was started.</summary>
    private static void ShouldNotHaveRetried(ScriptSite site)
    {
        var requests = string.Join('\n', site.Requests);
        site.Requests.Count(request => request.Contains("handler=result")).ShouldBeLessThanOrEqualTo(1, requests);
        site.Requests.Count(request => request.StartsWith("POST ")).ShouldBe(1, requests);
        site.Runs.Count.ShouldBe(1);
    }

    private static async Task<(int ExitCode, string Output)> RunAsync(string client, ScriptSite site, string month)
    {
        if (client != ".NET")
            return await Samples.RunAsync(client, site.Site.Root, month);

        await using var services = new ServiceCollection()
            .AddHttpClient<ReportClient>(http =>
            {
                http.BaseAddress = site.Site.Root;
                http.DefaultRequestHeaders.Add("X-Api-Key", ScriptSite.Key);
            })
            .AddStandardResilienceHandler().Services.BuildServiceProvider();
        try
        {
            return (0, await services.GetRequiredService<ReportClient>().FetchAsync(month));
        }
        catch (HttpRequestException exception)
        {
            return (1, $"{(int?)exception.StatusCode} {exception.Message}");
        }
    }
}
