using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;
using Microsoft.Extensions.DependencyInjection;
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
        await Patience.UntilAsync(() => Task.FromResult(runs.Started.Count >= 12), "all of them have started");

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

    /// <summary>The one that joins is halfway in when the only member is canceled.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Group_WhoseOnlyMemberEndsWhileAnotherJoins_IsCompletedLast(bool isForeign)
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        var (only, completion, added) = (ProcessId.New(), ProcessId.New(), ProcessId.New());
        (await AddAsync(node, null, process => process with { Id = only, Group = "g" }, process => process with { Id = completion, AfterGroup = "g" })).ShouldBe(AddOutcome.Added);
        await using var connection = await node.Source.OpenConnectionAsync(Token);
        await using var transaction = isForeign ? await connection.BeginTransactionAsync(Token) : null;
        await using var holder = await node.Source.OpenConnectionAsync(Token);
        await using var held = await holder.BeginTransactionAsync(Token);
        await using (var insert = new NpgsqlCommand(
            $"""
            INSERT INTO asyncviews_processes OVERRIDING SYSTEM VALUE
            SELECT (jsonb_populate_record(p, jsonb_build_object('id', '{added}', 'sequence', 1000000))).* FROM asyncviews_processes p WHERE id = '{only}'
            """,
            holder))
            await insert.ExecuteNonQueryAsync(Token);

        var joining = AddAsync(node, transaction, process => process with { Id = added, Group = "g" });
        await WaitersAsync(node, 1);
        var canceling = node.Store.RequestCancelAsync(only, Token).AsTask();
        await Patience.UntilAsync(async () => canceling.IsCompleted || await CountWaitersAsync(node) == 2, "the cancel is done, or waits for the other");
        await held.RollbackAsync(Token);
        (await joining).ShouldBe(AddOutcome.Added);
        if (transaction is not null)
            await transaction.CommitAsync(Token);
        (await canceling).ShouldBe(CancelOutcome.Canceled);

        (await node.Store.ListMembersAsync("g", Token)).ShouldBe([only, added]);
        (await node.Store.FindAsync(completion, Token)).ShouldNotBeNull().WaitsFor.ShouldBe(1);
    }

    /// <summary>The rows that are read and written, by the server's own count. Four times as many members are to take no more than about four times as many.</summary>
    [Fact]
    public async Task Group_ThatManyJoinTogether_TakesWorkInProportion()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await using var connection = await node.Source.OpenConnectionAsync(Token);

        var (few, many) = (await TouchedByAsync(20), await TouchedByAsync(80));

        many.ShouldBeInRange(1, 6 * few);

        async Task<long> TouchedByAsync(int members)
        {
            var group = $"{members} members";
            (await AddAsync(node, null, process => process with { Group = group }, process => process with { AfterGroup = group })).ShouldBe(AddOutcome.Added);
            await using var transaction = await connection.BeginTransactionAsync(Token);
            var before = await TouchedAsync();
            (await AddAsync(node, transaction, [.. Enumerable.Repeat<Func<NewProcess, NewProcess>>(process => process with { Group = group }, members)])).ShouldBe(AddOutcome.Added);
            return await TouchedAsync() - before;
        }

        // A table of a few rows would be read whole each time.
        async Task<long> TouchedAsync()
        {
            await using var sum = new NpgsqlCommand(
                """
                SET LOCAL enable_seqscan = off;
                SELECT SUM(seq_tup_read + COALESCE(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd)::bigint FROM pg_stat_xact_user_tables WHERE schemaname = current_schema()
                """,
                connection);
            return (long)(await sum.ExecuteScalarAsync(Token))!;
        }
    }

    /// <summary>The removal is halfway in when the next group begins.</summary>
    [Fact]
    public async Task Group_ThatBeginsWhileTheOneBeforeIsRemoved_StaysWhole()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        var (ended, next) = (ProcessId.New(), ProcessId.New());
        (await AddAsync(node, null, process => process with { Id = ended, Group = "g" })).ShouldBe(AddOutcome.Added);
        (await node.Store.RequestCancelAsync(ended, Token)).ShouldBe(CancelOutcome.Canceled);
        await using var holder = await node.Source.OpenConnectionAsync(Token);
        await using var held = await holder.BeginTransactionAsync(Token);
        await using (var hold = new NpgsqlCommand($"SELECT 1 FROM asyncviews_processes WHERE id = '{ended}' FOR UPDATE", holder))
            await hold.ExecuteNonQueryAsync(Token);

        var removing = node.Store.RemoveGroupAsync("g", Token).AsTask();
        await WaitersAsync(node, 1);
        var adding = AddAsync(node, null, process => process with { Id = next, Group = "g" });
        await Patience.UntilAsync(
            async () => adding.IsCompleted || await node.ReadAsync<long>("SELECT COUNT(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'") > 0, "it is added, or waits for the other");
        await held.RollbackAsync(Token);

        (await removing).ShouldBeTrue();
        (await adding).ShouldBe(AddOutcome.Added);
        (await node.Store.ListMembersAsync("g", Token)).ShouldBe([next]);
    }

    /// <summary>An end locks what follows it after its own row, whatever their ids.</summary>
    [Fact]
    public async Task Followers_OfTwoThatFollowEachOther_WaitForAnEndWithoutADeadlock()
    {
        // Nobody is told of a deadlock, and it lasts.
        await using var node = await StoreNode.OpenAsync($"{await server.CreateSchemaAsync()};Options=-c deadlock_timeout=1h");
        ProcessId[] ids = [.. Enumerable.Range(0, 2).Select(_ => ProcessId.New()).OrderByDescending(id => id.ToString(), StringComparer.Ordinal)];
        var (first, second) = (ids[0], ids[1]);
        (await AddAsync(node, null, process => process with { Id = first }, process => process with { Id = second, After = [new(first, When.Ended)] })).ShouldBe(AddOutcome.Added);
        await using var holder = await node.Source.OpenConnectionAsync(Token);
        await using var held = await holder.BeginTransactionAsync(Token);
        await using (var hold = new NpgsqlCommand($"SELECT 1 FROM asyncviews_processes WHERE id = '{first}' FOR UPDATE", holder))
            await hold.ExecuteNonQueryAsync(Token);

        var canceling = node.Store.RequestCancelAsync(first, Token).AsTask();
        await WaitersAsync(node, 1);
        var following = AddAsync(node, null, process => process with { After = [new(second, When.Ended), new(first, When.Ended)] });
        await WaitersAsync(node, 2);
        await held.RollbackAsync(Token);

        (await canceling.WaitAsync(Patience.Limit, Token)).ShouldBe(CancelOutcome.Canceled);
        (await following.WaitAsync(Patience.Limit, Token)).ShouldBe(AddOutcome.Added);
    }

    /// <summary>Two programs at one store: what the first has scheduled, the command of the second runs, each step after the one before.</summary>
    [Fact]
    public async Task Flush_OfASequence_RunsAllOfItsSteps()
    {
        var schema = await server.CreateSchemaAsync();
        await using var web = await QuartzNode.StartAsync(schema, new Runs(), options => options.Role = NodeRole.Web, _ => { });
        var steps = await web.Jobs.ScheduleSequenceAsync([.. Enumerable.Range(0, 5).Select(number => new Numbered(number, IsHeld: false))], cancellationToken: Token);

        (await QuartzNode.CommandAsync(schema, "flush-queue", "--max-parallel", "1")).ShouldBe(0);

        foreach (var step in steps)
            (await web.Services.GetRequiredService<IProcessManager>().GetStatusAsync(step, Token))!.State.ShouldBe(ProcessState.Succeeded);
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

    private static Task<AddOutcome> AddAsync(StoreNode node, NpgsqlTransaction? transaction, params (ProcessId Id, Predecessor[] After)[] added) =>
        AddAsync(node, transaction, Array.ConvertAll<(ProcessId Id, Predecessor[] After), Func<NewProcess, NewProcess>>(added, one => process => process with { Id = one.Id, After = one.After }));

    private static async Task<AddOutcome> AddAsync(StoreNode node, NpgsqlTransaction? transaction, params Func<NewProcess, NewProcess>[] added)
    {
        List<NewProcess> processes = [];
        foreach (var make in added)
            processes.Add(make(StoreNode.NewProcess(node.Store.CreateContent()) with { IsLimited = false }));
        var outcome = await node.Store.AddAllAsync(processes, transaction, Token);
        foreach (var process in processes)
            await process.Body.DisposeAsync();
        return outcome;
    }

    private static Task WaitersAsync(StoreNode node, int count) => Patience.UntilAsync(async () => await CountWaitersAsync(node) == count, $"{count} wait for a lock");

    private static Task<long> CountWaitersAsync(StoreNode node) => node.ReadAsync<long>(
        "SELECT COUNT(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted AND a.query LIKE '%asyncviews_%'");
}
