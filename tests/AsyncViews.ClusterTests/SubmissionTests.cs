using System.Transactions;
using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>Submissions that come at the same time and are stored together.</summary>
public sealed class SubmissionTests(PostgreSqlServer server)
{
    [Fact]
    public async Task Submission_StoredWithOneThatFails_IsAcceptedAllTheSame()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        var taken = await AddedAsync(node, "ann");
        Task failing;
        Task<AddResult>[] others;
        await using (var connection = await node.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await ExecuteAsync(connection, "LOCK TABLE asyncviews_processes IN SHARE ROW EXCLUSIVE MODE");
            others = [.. Enumerable.Range(0, 20).Select(number => AddAsync(node, $"before-{number}"))];
            failing = AddAsync(node, "ben", taken);
            others = [.. others, .. Enumerable.Range(0, 20).Select(number => AddAsync(node, $"behind-{number}"))];
        }

        (await Should.ThrowAsync<PostgresException>(() => failing)).SqlState.ShouldBe(PostgresErrorCodes.UniqueViolation);
        (await Task.WhenAll(others)).ShouldAllBe(added => added.Outcome == AddOutcome.Added);
        (await node.ReadAsync<long>("SELECT COUNT(DISTINCT owner) FROM asyncviews_processes")).ShouldBe(41);
    }

    [Fact]
    public async Task Submissions_OfOneOwnerAtTwoNodes_StopAtTheLimit()
    {
        var schema = await server.CreateSchemaAsync();
        await using var one = await StoreNode.OpenAsync(schema, "one");
        await using var other = await StoreNode.OpenAsync(schema, "other");
        var most = new AsyncViewsOptions().MaxLiveProcessesPerOwner;

        var added = await Task.WhenAll(Enumerable.Range(0, 2 * most).SelectMany(number => new[] { AddAsync(one, "ann"), AddAsync(other, number % 2 == 0 ? "ann" : $"ben-{number}") }));

        added.Count(result => result.Outcome == AddOutcome.Added).ShouldBe(2 * most);
        added.Count(result => result.Outcome == AddOutcome.OwnerLimit).ShouldBe(2 * most);
    }

    [Fact]
    public async Task Submission_DoesNotWait_WhileAnotherSenderIsHeldByATransaction()
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        await AddedAsync(node, "ann");
        Task<AddResult[]> waiting;
        await using (var connection = await node.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        await using (await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await ExecuteAsync(connection, "SELECT pg_advisory_xact_lock(x'41565333'::int, hashtext(owner)) FROM asyncviews_processes");
            waiting = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => AddAsync(node, "ann")));
            var others = Enumerable.Range(0, 80).Select(number => AddAsync(node, $"ben {number}")).ToArray();
            await Patience.UntilAsync(
                async () => await node.ReadAsync<bool>($"SELECT EXISTS (SELECT 1 FROM pg_locks held JOIN pg_locks waiting USING (locktype, classid, objid) WHERE locktype = 'advisory' AND held.pid = {connection.ProcessID} AND NOT waiting.granted)"),
                "other submissions of ann wait");

            (await Task.WhenAll(others)).ShouldAllBe(added => added.Outcome == AddOutcome.Added);
            waiting.IsCompleted.ShouldBeFalse();
        }

        (await waiting).ShouldAllBe(added => added.Outcome == AddOutcome.Added);
    }

    /// <summary>Small ones may be stored together with those of others, whom the transaction does not concern.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(100_000)]
    public async Task Submission_WhereATransactionIsAmbient_IsStoredByItself(int length)
    {
        await using var node = await StoreNode.OpenAsync(await server.CreateSchemaAsync());
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            (await AddAsync(node, "ann", length: length)).Outcome.ShouldBe(AddOutcome.Added);
        }

        (await node.ReadAsync<long>("SELECT COUNT(*) FROM asyncviews_processes")).ShouldBe(1);
    }

    private static async Task<ProcessId> AddedAsync(StoreNode node, string owner)
    {
        var added = await AddAsync(node, owner);
        added.Outcome.ShouldBe(AddOutcome.Added);
        return added.Id!.Value;
    }

    private static async Task<AddResult> AddAsync(StoreNode node, string owner, ProcessId? id = null, int length = 0)
    {
        await using var body = node.Store.CreateContent();
        await body.WriteAsync(new byte[length], TestContext.Current.CancellationToken);
        return await node.Store.AddAsync(StoreNode.NewProcess(body) with { Owner = owner, Id = id ?? ProcessId.New() }, cancellationToken: TestContext.Current.CancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }
}
