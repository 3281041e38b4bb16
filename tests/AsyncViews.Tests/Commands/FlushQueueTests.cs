using AsyncViews.Commands;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Commands;

/// <summary>The command that runs what is due, in a program that serves nothing.</summary>
public sealed class FlushQueueTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = Clock.Start();
    private readonly JobScript _script = new();
    private readonly Output _output = new();
    private readonly WebApplication _app;

    public FlushQueueTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<TimeProvider>(_time).AddSingleton(_script).AddRazorPages();
        builder.Services.AddAsyncViews(options => options.MaxConcurrentRuns = 1).AddJob<OrderJob>("order");
        LateStore.Install(builder.Services);
        _app = builder.Build();
    }

    private IJobScheduler Jobs => _app.Services.GetRequiredService<IJobScheduler>();

    private IProcessManager Processes => _app.Services.GetRequiredService<IProcessManager>();

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _output.DisposeAsync();
    }

    [Fact]
    public async Task Flush_OfWhatWaitedTooLongBehindAnother_MissesItAndEnds()
    {
        _script.Run = (_, _, _) =>
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            return Task.FromResult<object?>(null);
        };
        await Jobs.ScheduleAsync(new Order("slow"));
        var late = await Jobs.ScheduleAsync(new Order("late"), new ScheduleOptions { StartBefore = _time.GetUtcNow().AddMinutes(1) });

        var (code, output) = await FlushAsync();

        code.ShouldBe(0);
        output.ShouldContain("1 run, 1 succeeded");
        (await Processes.GetStatusAsync(late))!.State.ShouldBe(ProcessState.Missed);
    }

    [Fact]
    public async Task Flush_OfWhatFails_EndsWithTheCodeThatSaysSo()
    {
        _script.Run = (text, _, _) => text == "bad" ? throw new ArithmeticException() : Task.FromResult<object?>(null);
        await Jobs.ScheduleAsync(new Order("good"));
        var bad = await Jobs.ScheduleAsync(new Order("bad"));

        var (code, output) = await FlushAsync();

        code.ShouldBe(1);
        output.ShouldContain($"Failed       {bad}  job:order");
        output.ShouldContain("2 run, 1 succeeded, 1 did not");
    }

    [Fact]
    public async Task Flush_ThatIsToldToDrain_SaysThatItStoppedBeforeTheEnd()
    {
        _script.Run = async (_, _, cancellationToken) =>
        {
            await _app.Services.GetRequiredService<INodeManager>().DrainAsync(cancellationToken: cancellationToken);
            return null;
        };
        await Jobs.ScheduleAsync(new Order("first"));
        var left = await Jobs.ScheduleAsync(new Order("left"));

        var (code, output) = await FlushAsync();

        code.ShouldBe(1);
        output.ShouldContain("1 run, 1 succeeded");
        output.ShouldContain("stopped before the end");
        (await Processes.GetStatusAsync(left))!.State.ShouldBe(ProcessState.Queued);
    }

    [Fact]
    public async Task Flush_WithALimit_RunsSoManyThatAreFirstInTheQueue()
    {
        var low = await Jobs.ScheduleAsync(new Order("low"), new ScheduleOptions { Priority = 1 });
        var high = await Jobs.ScheduleAsync(new Order("high"));

        var (code, output) = await FlushAsync("--limit", "1", "--max-parallel", "2");

        code.ShouldBe(0);
        output.ShouldContain(high.ToString());
        (await Processes.GetStatusAsync(low))!.State.ShouldBe(ProcessState.Queued);
    }

    /// <summary>One program has scheduled it, and another one is called with the command.</summary>
    [Fact]
    public async Task Flush_OfASequence_RunsAllOfItsStepsOneAfterTheOther()
    {
        var folder = Directory.CreateTempSubdirectory("asyncviews-flush-");
        try
        {
            string[] steps = ["one", "two", "three", "four"];
            await using (var web = Program(NodeRole.Web))
            {
                await web.StartAsync();
                await web.Services.GetRequiredService<IJobScheduler>().ScheduleSequenceAsync([.. steps.Select(step => new Order(step))]);
                await web.StopAsync();
            }

            List<string> ran = [];
            _script.Run = (text, _, _) =>
            {
                ran.Add(text);
                return Task.FromResult<object?>(null);
            };
            (await Program(NodeRole.Both).RunWithCommandsAsync(["flush-queue"]).Soon("the end of the flush")).ShouldBe(0);

            ran.ShouldBe(steps);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        WebApplication Program(NodeRole role)
        {
            var builder = WebApplication.CreateBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton(_script);
            builder.Services.AddAsyncViews(options => options.Role = role).AddJob<OrderJob>("order").UseSqlite($"Data Source={folder.FullName}/jobs.db");
            return builder.Build();
        }
    }

    /// <summary>On a busy machine a run may end before the command has looked for the next.</summary>
    [Fact]
    public async Task Flush_OfWhatEndsBeforeTheNextIsLookedFor_RunsAll()
    {
        const int Jobs = 200;
        for (var number = 0; number < Jobs; number++)
            await this.Jobs.ScheduleAsync(new Order($"job {number}"));
        List<ProcessId> claimed = [];
        LateStore.Of(_app.Services).Asking = () => Task.WhenAll(claimed.Select(EndAsync));
        LateStore.Of(_app.Services).Claimed = ids =>
        {
            claimed = [.. ids];
            return Task.CompletedTask;
        };

        var (code, output) = await FlushAsync();

        code.ShouldBe(0);
        output.ShouldContain($"{Jobs} run, {Jobs} succeeded");
    }

    /// <summary>A run that ends while the store says that nothing more is due is over.</summary>
    [Fact]
    public async Task Flush_OfWhatEndsBeforeAnAnswerArrives_CountsItOnce()
    {
        var askedAgain = new TaskCompletionSource();
        _script.Run = async (text, _, _) =>
        {
            if (text == "slow")
                await askedAgain.Task;
            return null;
        };
        var slow = await Jobs.ScheduleAsync(new Order("slow"));
        await Jobs.ScheduleAsync(new Order("quick"));
        var asked = 0;
        LateStore.Of(_app.Services).Claimed = async claimed =>
        {
            if (++asked < 2)
                return;
            askedAgain.TrySetResult();
            await EndAsync(slow);
        };

        var (code, output) = await FlushAsync("--max-parallel", "2");

        code.ShouldBe(0);
        askedAgain.Task.IsCompleted.ShouldBeTrue();
        output.ShouldContain("2 run, 2 succeeded");
    }

    /// <summary>Until the command has said that it ended.</summary>
    private Task EndAsync(ProcessId id) => Eventually.BeTrueAsync(() => _output.ToString().Contains(id.ToString()), $"the line about {id}");

    private async Task<(int Code, string Output)> FlushAsync(params string[] words)
    {
        var command = _app.Services.GetServices<Command>().Single(command => command.Name == "flush-queue");
        var code = await Task.Run(() => command.RunAsync(words, _output, CancellationToken.None)).Soon("the end of the flush");
        return (code, _output.ToString());
    }

    /// <summary>The text printed so far, also while it is being printed.</summary>
    private sealed class Output : StringWriter
    {
        private readonly Lock _lock = new();

        public override void WriteLine(string? value)
        {
            lock (_lock)
                base.WriteLine(value);
        }

        public override string ToString()
        {
            lock (_lock)
                return base.ToString();
        }
    }
}
