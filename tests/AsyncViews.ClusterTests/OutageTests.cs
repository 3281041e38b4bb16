using AsyncViews.ClusterTests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AsyncViews.ClusterTests;

/// <summary>The database is away while a run has something to keep.</summary>
public sealed class OutageTests
{
    /// <summary>More than a row holds, so that it is written in parts while the run goes on.</summary>
    private const int Length = 300_000;

    [Fact]
    public async Task Result_WrittenMeanwhile_IsKept()
    {
        await using var own = new PostgreSqlServer();
        await own.InitializeAsync();
        using var noted = new Noted("A part of the result");
        var runs = new Runs();
        await using var node = await QuartzNode.StartAsync(await own.CreateSchemaAsync(), runs, engine: engine =>
        {
            engine.Services.AddSingleton<ILoggerProvider>(noted);
            engine.AddJob<LargeJob>("large");
        });
        var processes = node.Services.GetRequiredService<IProcessManager>();
        var id = await node.Jobs.ScheduleAsync(new Large(), cancellationToken: TestContext.Current.CancellationToken);
        await runs.HaveStartedAsync(1);

        await own.KillAsync();
        runs.Released.SetResult();
        await noted.Message.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        await own.StartAsync();

        await Patience.UntilAsync(async () => (await processes.WaitAsync(id, Patience.Limit, TestContext.Current.CancellationToken))?.State == ProcessState.Succeeded, "it has succeeded");
        (await processes.GetResultAsync<string>(id, TestContext.Current.CancellationToken)).ShouldBe(new string('x', Length));
    }

    private sealed record Large;

    private sealed class LargeJob(Runs runs) : IJob<Large, string>
    {
        public async Task<string> RunAsync(Large args, ProcessContext process, CancellationToken cancellationToken)
        {
            runs.Started.Enqueue(1);
            await runs.Released.Task.WaitAsync(cancellationToken);
            return new string('x', Length);
        }
    }

    /// <summary>Waits for a message that begins so.</summary>
    private sealed class Noted(string beginning) : ILoggerProvider, ILogger
    {
        private readonly TaskCompletionSource _message = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Message => _message.Task;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).StartsWith(beginning, StringComparison.Ordinal))
                _message.TrySetResult();
        }

        public void Dispose()
        {
        }
    }
}
