namespace AsyncViews.Tests.Scripts;

/// <summary>Clients that others wrote fetch what a page produces, with nothing but the code of docs/scripts.md.</summary>
public class RealClientTests
{
    public static TheoryData<string> Clients => ["curl", "ky", "got", "@azure/core-lro", ".NET"];

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Success_AfterAPollThatFoundItLive_IsFetched(string client)
    {
        await using var site = await ScriptSite.StartAsync();

        var (exitCode, output) = await RunAsync(client, site, "April");

        output.Trim().ShouldBe("Report of April");
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

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Poll_ThatIsRefused_EndsTheClient(string client)
    {
        await using var site = await StartAsync((context, next) =>
        {
            if (context.Request.Query["handler"] != "completed")
                return next(context);

            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        });

        var (exitCode, output) = await RunAsync(client, site, "April");

        exitCode.ShouldNotBe(0, output);
    }

    /// <summary>Those that repeat a POST by themselves.</summary>
    [Theory]
    [InlineData("curl")]
    [InlineData("@azure/core-lro")]
    [InlineData(".NET")]
    public async Task Post_WhoseAnswerIsLost_RunsOnce(string client)
    {
        var posts = 0;
        await using var site = await StartAsync(async (context, next) =>
        {
            if (!HttpMethods.IsPost(context.Request.Method) || Interlocked.Increment(ref posts) > 1)
            {
                await next(context);
                return;
            }

            var body = context.Response.Body;
            context.Response.Body = Stream.Null;
            await next(context);
            context.Response.Clear();
            context.Response.Body = body;
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        });

        var (exitCode, output) = await RunAsync(client, site, "May");

        // A client may tell of the first answer, too.
        output.ShouldStartWith("Report of May");
        exitCode.ShouldBe(0);
        posts.ShouldBe(2);
        site.Runs.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Fetches_BehindAProxyThatSetsACookie_AllSucceed()
    {
        await using var site = await StartAsync((context, next) =>
        {
            context.Response.Cookies.Append("proxy", "1");
            return next(context);
        });
        await using var services = ServicesOf(site);
        var client = services.GetRequiredService<ReportClient>();

        (await client.FetchAsync("March")).ShouldBe("Report of March");
        (await client.FetchAsync("May")).ShouldBe("Report of May");
    }

    [Fact]
    public void SamplesInCSharp_AreCodeOfTheseTests()
    {
        var code = string.Concat(Directory.EnumerateFiles(Samples.Folder, "*.cs").Select(file => WithoutIndents(File.ReadAllText(file))));
        var samples = Samples.ReadAll("csharp");

        samples.Count.ShouldBe(4);
        foreach (var sample in samples)
            code.ShouldContain(WithoutIndents(sample));
    }

    /// <summary>A site with something between it and its clients.</summary>
    private static Task<ScriptSite> StartAsync(Func<HttpContext, RequestDelegate, Task> between) => ScriptSite.StartAsync(configure: setup =>
    {
        var note = setup.Middleware!;
        setup.Middleware = app =>
        {
            note(app);
            app.Use(between);
        };
    });

    private static string WithoutIndents(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()));

    /// <summary>Asserts that the result was asked for once, and that one process was started.</summary>
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

        await using var services = ServicesOf(site);
        try
        {
            return (0, await services.GetRequiredService<ReportClient>().FetchAsync(month));
        }
        catch (HttpRequestException exception)
        {
            return (1, $"{(int?)exception.StatusCode} {exception.Message}");
        }
    }

    private static ServiceProvider ServicesOf(ScriptSite site)
    {
        var services = new ServiceCollection();
        Registrations.AddReportClient(services, site.Site.Root.ToString(), ScriptSite.Key);
        return services.BuildServiceProvider();
    }
}
