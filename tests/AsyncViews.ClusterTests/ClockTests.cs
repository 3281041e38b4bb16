using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;

namespace AsyncViews.ClusterTests;

/// <summary>Nodes whose clocks are wrong: what is due, late or over, the database's clock decides.</summary>
public sealed class ClockTests(PostgreSqlServer server)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public async Task WrongClock_OfANode_ChangesNoTimeOfAProcess(int hoursAhead)
    {
        var schema = await server.CreateSchemaAsync();
        await using var node = await StoreNode.OpenAsync(schema, "wrong", new WrongClock(hoursAhead * Hour));
        var later = await AddAsync(node, new RunTerms { NotBefore = Now + Hour });
        var queued = await AddAsync(node, new RunTerms { StartBefore = Now + Hour });

        (node.Store.Now - Now).ShouldBe(TimeSpan.Zero, tolerance: TimeSpan.FromMinutes(1));
        var due = await node.Store.QueueDueAsync(TestContext.Current.CancellationToken);

        due.Missed.ShouldBeEmpty();
        (due.Next!.Value - (Now + (hoursAhead * Hour))).ShouldBe(Hour, tolerance: TimeSpan.FromMinutes(1));
        (await ReadAsync(node, later)).State.ShouldBe(ProcessState.Scheduled);
        var run = (await node.Store.ClaimNextAsync(StoreNode.Types, 10, cancellationToken: TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Record;
        run.Id.ShouldBe(queued);
        await node.Store.FinishAsync(queued, run.Fence, new ProcessOutcome(ProcessState.Succeeded), TestContext.Current.CancellationToken);
        (await node.Store.SweepAsync(TestContext.Current.CancellationToken)).ShouldBe(0);
        var ended = await ReadAsync(node, queued);
        foreach (var at in new[] { ended.CreatedAt, ended.StartedAt!.Value, ended.EndedAt!.Value })
            (at - Now).ShouldBe(TimeSpan.Zero, tolerance: TimeSpan.FromMinutes(1));
    }

    /// <summary>The node's own clock says when the next attempt is due.</summary>
    [Theory]
    [InlineData(300)]
    [InlineData(-300)]
    public async Task WrongClock_OfANode_DelaysTheNextAttemptByWhatItsPolicySays(int hoursAhead)
    {
        var clock = new WrongClock(hoursAhead * Hour);
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync(), "wrong", clock);
        var id = await AddAsync(node, new RunTerms { MaxAttempts = 2 });
        var run = (await node.Store.ClaimNextAsync(StoreNode.Types, 10, cancellationToken: TestContext.Current.CancellationToken)).ShouldHaveSingleItem().Record;

        await node.Store.FinishAsync(id, run.Fence, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = clock.GetUtcNow() + Hour }, TestContext.Current.CancellationToken);

        var scheduled = await ReadAsync(node, id);
        scheduled.State.ShouldBe(ProcessState.Scheduled);
        (scheduled.Terms.NotBefore!.Value - (Now + Hour)).ShouldBe(TimeSpan.Zero, tolerance: TimeSpan.FromMinutes(1));
    }

    private static async Task<ProcessId> AddAsync(StoreNode node, RunTerms terms)
    {
        await using var body = node.Store.CreateContent();
        var process = StoreNode.NewProcess(body) with { Terms = terms };
        (await node.Store.AddAsync(process, cancellationToken: TestContext.Current.CancellationToken)).Outcome.ShouldBe(AddOutcome.Added);
        return process.Id;
    }

    private static async Task<ProcessRecord> ReadAsync(StoreNode node, ProcessId id) => (await node.Store.FindAsync(id, TestContext.Current.CancellationToken)).ShouldNotBeNull();

    private sealed class WrongClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
