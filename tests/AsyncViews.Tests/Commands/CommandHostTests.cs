using AsyncViews.Commands;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Commands;

/// <summary>Arguments that are commands, and the end of one that is not known.</summary>
public sealed class CommandHostTests : IAsyncDisposable
{
    private readonly WebApplication _app;

    public CommandHostTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(new JobScript());
        builder.Services.AddAsyncViews().AddJob<OrderJob>("order");
        _app = builder.Build();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("--urls", "http://127.0.0.1:0")]
    [InlineData("--environment=Staging")]
    [InlineData("--contentRoot", "/srv/app", "--applicationName", "App")]
    [InlineData("--helpful=1")]
    [InlineData("Logging:LogLevel:Default=Debug")]
    [InlineData("/urls", "http://127.0.0.1:0")]
    [InlineData("/Kestrel:Limits:MaxConcurrentConnections=5")]
    [InlineData("-e", "Staging")]
    public void Application_WithConfiguration_Serves(params string[] args) => CommandHost.WordsOf(args).ShouldBeEmpty();

    [Theory]
    [InlineData("nodes", "nodes")]
    [InlineData("--store postgresql nodes", "nodes")]
    [InlineData("--store postgresql --connection Host=db;Database=airfield drain web-1 --all", "drain web-1 --all")]
    [InlineData("--environment=Staging Logging:LogLevel:Default=Debug /store postgresql queue-health --json", "queue-health --json")]
    [InlineData("-e Staging help", "help")]
    [InlineData("--urls http://127.0.0.1:0 --help", "--help")]
    [InlineData("--urls http://127.0.0.1:0 migrate", "migrate")]
    public void Command_BehindConfiguration_IsFound(string args, string command) => CommandHost.WordsOf(args.Split(' ')).ShouldBe(command.Split(' '));

    [Theory]
    [InlineData("help")]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task Help_ShowsEveryCommand(params string[] args)
    {
        var (code, output, errors) = await RunAsync(args);

        code.ShouldBe(0);
        errors.ShouldBeEmpty();
        foreach (var command in (string[])["flush-queue [--limit", "queue-health", "schedule <job>", "cancel <process id>", "nodes", "drain <node", "schema", "recurring", "help"])
            output.ShouldContain(command);
        output.ShouldContain("Jobs: asyncviews-test, order.");
    }

    [Theory]
    [InlineData("flush-queue", "--help")]
    [InlineData("schedule", "-h")]
    public async Task Help_OfACommand_ShowsItsUsage(params string[] args)
    {
        var (code, output, _) = await RunAsync(args);

        code.ShouldBe(0);
        output.ShouldStartWith($"Usage: {args[0]} ");
    }

    [Theory]
    [InlineData("flush")]
    [InlineData("Flush-Queue")]
    [InlineData("migrate", "--environment=Staging")]
    public async Task Word_ThatIsNoCommand_IsRefusedWithTheUsage(params string[] args)
    {
        var (code, output, errors) = await RunAsync(args);

        code.ShouldBe(2);
        output.ShouldBeEmpty();
        errors.ShouldContain($"There is no command '{args[0]}'.");
        errors.ShouldContain("flush-queue [--limit");
    }

    [Fact]
    public async Task Program_WithAWordThatIsNoCommand_DoesNotServe()
    {
        var started = false;
        _app.Lifetime.ApplicationStarted.Register(() => started = true);

        var code = await _app.RunWithCommandsAsync(["serve"]).Soon("the end of the program");

        code.ShouldBe(2);
        started.ShouldBeFalse();
    }

    [Fact]
    public async Task Program_WithConfiguration_Serves()
    {
        var started = new TaskCompletionSource();
        _app.Lifetime.ApplicationStarted.Register(started.SetResult);

        var program = _app.RunWithCommandsAsync(["--environment=Production"]);
        await started.Task.Soon("the start");
        _app.Lifetime.StopApplication();

        (await program.Soon("the end of the program")).ShouldBe(0);
    }

    /// <summary>Other nodes may be serving, and what is silent may be theirs.</summary>
    [Fact]
    public async Task Command_AtAStore_OpensItAndRecoversNothing()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAsyncViews();
        CountingStore.Install(builder.Services);
        await using var app = builder.Build();
        await using var output = new StringWriter();

        (await app.Services.GetRequiredService<CommandHost>().RunAsync(["queue-health"], output, output)).ShouldBe(0);

        var store = (CountingStore)(object)app.Services.GetRequiredService<IProcessStore>();
        store.CallsOf(nameof(IProcessStore.OpenAsync)).ShouldBe(1);
        store.CallsOf(nameof(IProcessStore.RecoverAsync)).ShouldBe(0);
    }

    [Fact]
    public async Task Program_WithoutAsyncViews_SaysWhatIsMissing()
    {
        var app = WebApplication.CreateBuilder().Build();

        (await Should.ThrowAsync<InvalidOperationException>(() => app.RunWithCommandsAsync([]))).Message.ShouldContain("builder.Services.AddAsyncViews()");
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(string[] args)
    {
        CommandHost.WordsOf(args).ShouldBe(args);
        await using var output = new StringWriter();
        await using var errors = new StringWriter();
        var code = await _app.Services.GetRequiredService<CommandHost>().RunAsync(args, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
