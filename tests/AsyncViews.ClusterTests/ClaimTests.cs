using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;

namespace AsyncViews.ClusterTests;

/// <summary>Many nodes that claim at the same time.</summary>
public sealed class ClaimTests(PostgreSqlServer server)
{
    private const int Processes = 10_000;
    private const int Claimers = 8;
    private const int Batch = 20;

    [Fact]
    public async Task TenThousandProcesses_AreClaimedByEightNodes_OnceEachAndInOrder()
    {
        // What is lost in a crash of the database is not the question here.
        var schema = await server.CreateSchemaAsync() + ";Options=-c synchronous_commit=off";
        var nodes = await Task.WhenAll(Enumerable.Range(0, Claimers).Select(number => StoreNode.OpenAsync(schema, $"node-{number}")));
        await Task.WhenAll(nodes.Select(node => Task.Run(async () =>
        {
            for (var number = 0; number < Processes / Claimers; number++)
            {
                await using var body = node.Store.CreateContent();
                (await node.Store.AddAsync(StoreNode.NewProcess(body) with { IsLimited = false })).Outcome.ShouldBe(AddOutcome.Added);
            }
        })));

        var claimed = await Task.WhenAll(nodes.Select(node => Task.Run(() => ClaimAllAsync(node))));

        claimed.SelectMany(records => records).Select(record => record.Id).Distinct().Count().ShouldBe(Processes);
        claimed.Sum(records => records.Count).ShouldBe(Processes);
        foreach (var records in claimed)
            records.ShouldBe(records.OrderBy(record => record, ProcessRecord.ByTurn));
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    /// <summary>Others that claim at the same time pass over what is locked, and would not know that it is left for them.</summary>
    [Fact]
    public async Task Claim_ThatLocksMoreThanItTakes_TellsTheOtherNodes()
    {
        var schema = await server.CreateSchemaAsync();
        await using var node = await StoreNode.OpenAsync(schema, "node");
        await using var other = await StoreNode.OpenAsync(schema, "other");
        foreach (var owner in (string?[])["ann", "ben", null])
        {
            await using var body = node.Store.CreateContent();
            (await node.Store.AddAsync(StoreNode.NewProcess(body) with { Owner = owner ?? "nobody", IsAnonymous = owner is null }, cancellationToken: TestContext.Current.CancellationToken)).Outcome.ShouldBe(AddOutcome.Added);
        }

        await using var changes = other.Store.WatchAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        (await changes.MoveNextAsync()).ShouldBeTrue();
        (await node.Store.ClaimNextAsync(StoreNode.Types, 2, anonymous: 1, cancellationToken: TestContext.Current.CancellationToken)).Count.ShouldBe(2);

        do
        {
            (await changes.MoveNextAsync().AsTask().WaitAsync(Patience.Limit, TestContext.Current.CancellationToken)).ShouldBeTrue();
        }
        while (changes.Current != new ProcessChange(ProcessChangeKind.Waiting));
    }

    private static async Task<List<ProcessRecord>> ClaimAllAsync(StoreNode node)
    {
        List<ProcessRecord> all = [];
        while (await node.Store.ClaimNextAsync(StoreNode.Types, Batch) is { Count: > 0 } claimed)
            all.AddRange(claimed.Select(process => process.Record));
        return all;
    }
}
