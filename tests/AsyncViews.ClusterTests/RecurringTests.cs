using AsyncViews.ClusterTests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.ClusterTests;

/// <summary>Recurring work of a farm: every node sees to its starts, and each due time has one.</summary>
public sealed class RecurringTests(PostgreSqlServer server)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Starts_OfTwoNodes_AreOneForEachDueTime(bool isQuartz)
    {
        var schema = await server.CreateSchemaAsync();
        var runs = new Runs();
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        var processes = one.Services.GetRequiredService<IProcessManager>();

        await Patience.UntilAsync(() => Task.FromResult(runs.Started.Count >= 3), "three starts");

        var starts = await processes.ListAllAsync(new ProcessQuery { Type = ProcessType.OfJob("numbered") }, cancellationToken: TestContext.Current.CancellationToken);
        starts.Count.ShouldBeGreaterThanOrEqualTo(3);
        starts.Select(start => start.NotBefore).Distinct().Count().ShouldBe(starts.Count);
        starts.ShouldAllBe(start => start.StartedAt == null || start.StartedAt >= start.NotBefore);

        Task<QuartzNode> StartAsync() => QuartzNode.StartAsync(schema, runs, engine: engine =>
        {
            engine.AddRecurring("ticking", new Numbered(1, IsHeld: false), "every two seconds", after => new DateTimeOffset((after.UtcTicks / Period.Ticks + 1) * Period.Ticks, TimeSpan.Zero));
            if (isQuartz)
                engine.UseQuartz(schema);
        });
    }
}
