using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>Jobs of a farm that follow each other: on other nodes, in transactions of somebody else's, beside an earlier release.</summary>
public sealed class CompositionTests(PostgreSqlServer server)
{
    /// <summary>Sweeps are an hour apart: nothing but the end of a predecessor lets its successor start.</summary>
    [Fact]
    public async Task Sequences_OnNodesWithQuartz_RunInTheirOrder()
    {
        var schema = await server.CreateSchemaAsync();
        var runs = new Runs();
        await using var web = await QuartzNode.StartAsync(schema, runs, options => (options.Role, options.SweepInterval) = (NodeRole.Web, TimeSpan.FromHours(1)));
        await using var one = await QuartzNode.StartAsync(schema, runs, options => options.SweepInterval = TimeSpan.FromHours(1));
        await using var other = await QuartzNode.StartAsync(schema, runs, options => options.SweepInterval = TimeSpan.FromHours(1));

        await Task.WhenAll(Enumerable.Range(0, 3).Select(sequence => web.Jobs.ScheduleSequenceAsync(
            [.. Enumerable.Range(sequence * 10, 4).Select(number => new Numbered(number, false))], cancellationToken: Token)));
        await Farm.UntilAsync(() => Task.FromResult(runs.Started.Count >= 12), "all of them have started");

        foreach (var sequence in runs.Started.GroupBy(number => number / 10))
            sequence.ShouldBe(Enumerable.Range(sequence.Key * 10, 4));
    }

    [Fact]
    public async Task Followers_AddedInATransactionOfTheCallers_AreReleasedAfterItsCommit()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        var first = (await node.ClaimedAsync()).Record;
        var (behind, step, rolledBack) = (ProcessId.New(), ProcessId.New(), ProcessId.New());
        await using (var connection = await node.Source.OpenConnectionAsync(Token))
        {
            await using (var transaction = await connection.BeginTransactionAsync(Token))
            {
                (await AddAsync(node, transaction, (behind, [new(first.Id)]), (step, [new(behind)]))).ShouldBe(AddOutcome.Added);

                // What is followed goes on meanwhile: it beats, and ends.
                (await node.Store.HeartbeatAsync([new FencedRun(first.Id, first.Fence)], Token)).Lost.ShouldBeEmpty();
                (await node.Store.FinishAsync(first.Id, first.Fence, new ProcessOutcome(ProcessState.Failed), Token)).ShouldBeTrue();
                await transaction.CommitAsync(Token);
            }

            await using (var transaction = await connection.BeginTransactionAsync(Token))
                (await AddAsync(node, transaction, (rolledBack, [new(first.Id, When.Ended)]))).ShouldBe(AddOutcome.Added);
        }

        await node.Store.SettleAsync(Token);
        (await node.Store.FindAsync(behind, Token)).ShouldNotBeNull().WaitsFor.ShouldBe(1);
        (await node.Store.FindAsync(rolledBack, Token)).ShouldBeNull();
        await node.Store.DiscardAsync(first.Id, Token);

        foreach (var id in (ProcessId[])[behind, step])
            (await node.Store.FindAsync(id, Token)).ShouldNotBeNull().Reason.ShouldBe(ProcessReason.NotFollowed);
    }

    /// <summary>A node of the release before ends a run by its row alone, and does not know what follows it.</summary>
    [Fact]
    public async Task End_ByAnEarlierRelease_IsMadeUpForByTheSweep()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        var first = (await node.ClaimedAsync()).Record;
        var behind = ProcessId.New();
        (await AddAsync(node, null, (behind, [new(first.Id)]))).ShouldBe(AddOutcome.Added);
        await node.ExecuteAsync($"UPDATE asyncviews_processes SET state = 3, ended = now(), expires = now() + interval '1 day' WHERE id = '{first.Id}'");

        await node.Store.SettleAsync(Token);

        (await node.Store.FindAsync(behind, Token)).ShouldNotBeNull().State.ShouldBe(ProcessState.Queued);
        await foreach (var change in node.Store.WatchFollowersAsync(Token))
        {
            change.ShouldBe(new ProcessChange(ProcessChangeKind.Scheduled, behind));
            break;
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<AddOutcome> AddAsync(StoreNode node, NpgsqlTransaction? transaction, params (ProcessId Id, Predecessor[] After)[] added)
    {
        List<NewProcess> processes = [];
        foreach (var (id, after) in added)
            processes.Add(StoreNode.NewProcess(node.Store.CreateContent()) with { Id = id, After = after, IsLimited = false });
        var outcome = await node.Store.AddAllAsync(processes, transaction, Token);
        foreach (var process in processes)
            await process.Body.DisposeAsync();
        return outcome;
    }
}
