using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>The database does what a node has asked for, and the connection breaks before the node learns of it.</summary>
public sealed class LostAnswerTests(PostgreSqlServer server)
{
    private const string Claim = "SET state = 2", Commit = "COMMIT\0";

    private static readonly Dictionary<string, int> Scarce = new() { ["scarce"] = 1 };

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Claim_ThatNobodyLearnsOf_IsTakenBackByTheNext(bool byId, bool underQuota)
    {
        await using var node = await LossyNode.OpenAsync(server);
        var id = await node.AddAsync();
        node.Wire.LoseAnswerTo(Claim);
        (await Should.ThrowAsync<StoreUnavailableException>(ClaimAsync)).MayBeStored.ShouldBeTrue();
        (await node.Store.FindAsync(id, Token)).ShouldNotBeNull().State.ShouldBe(ProcessState.Running);

        var record = (await ClaimAsync()).ShouldNotBeNull().Record;

        (record.Id, record.Fence, record.Starts.Count).ShouldBe((id, 1, 1));
        (await node.Store.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Succeeded), Token)).ShouldBeTrue();

        async Task<ClaimedProcess?> ClaimAsync() => byId
            ? await node.Store.ClaimAsync(id, StoreNode.Types, underQuota ? Scarce : null, Token)
            : (await node.Store.ClaimNextAsync(StoreNode.Types, 1, quotas: underQuota ? Scarce : null, cancellationToken: Token)).SingleOrDefault();
    }

    [Fact]
    public async Task Claim_ThatNobodyLearnsOf_OfAProcessThatIsCanceledThen_EndsIt()
    {
        await using var node = await LossyNode.OpenAsync(server);
        var id = await node.AddAsync();
        node.Wire.LoseAnswerTo(Claim);
        await Should.ThrowAsync<StoreUnavailableException>(async () => await node.Store.ClaimAsync(id, StoreNode.Types, cancellationToken: Token));
        (await node.Store.RequestCancelAsync(id, Token)).ShouldBe(CancelOutcome.Requested);

        (await node.Store.ClaimNextAsync(StoreNode.Types, 1, cancellationToken: Token)).ShouldBeEmpty();

        (await node.Store.FindAsync(id, Token)).ShouldNotBeNull().State.ShouldBe(ProcessState.Canceled);
    }

    /// <summary>Runs of other claims go on.</summary>
    [Fact]
    public async Task Claim_ThatNobodyLearnsOf_IsTakenBackAlone()
    {
        await using var node = await LossyNode.OpenAsync(server);
        var running = await node.AddAsync();
        (await node.Store.ClaimAsync(running, StoreNode.Types, cancellationToken: Token)).ShouldNotBeNull();
        await node.AddAsync();
        node.Wire.LoseAnswerTo(Claim);
        await Should.ThrowAsync<StoreUnavailableException>(async () => await node.Store.ClaimNextAsync(StoreNode.Types, 1, cancellationToken: Token));

        (await node.Store.ClaimNextAsync(StoreNode.Types, 1, cancellationToken: Token)).ShouldHaveSingleItem();
        (await node.Store.ClaimNextAsync(StoreNode.Types, 1, cancellationToken: Token)).ShouldBeEmpty();

        (await node.Store.FinishAsync(running, 1, new ProcessOutcome(ProcessState.Succeeded), Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Repetition_KeptWithoutAnAnswer_KeepsItsBody()
    {
        await using var node = await LossyNode.OpenAsync(server);
        var id = await node.AddAsync();
        await node.Store.ClaimAsync(id, StoreNode.Types, cancellationToken: Token);
        await node.Store.FinishAsync(id, 1, new ProcessOutcome(ProcessState.Succeeded), Token);
        await using (var body = node.Store.CreateContent())
        {
            await body.WriteAsync(new byte[300_000], Token);
            node.Wire.LoseAnswerTo(Commit);
            (await Should.ThrowAsync<StoreUnavailableException>(async () => await node.Store.KeepSubmissionAsync(id, "again"u8.ToArray(), body, Token))).MayBeStored.ShouldBeTrue();
        }

        await using var kept = (await node.Store.OpenSubmissionAsync(id, Token)).ShouldNotBeNull().Body;
        using var read = new MemoryStream();
        await kept.CopyToAsync(read, Token);
        read.Length.ShouldBe(300_000);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A node whose wire to the database loses answers.</summary>
    private sealed class LossyNode(Wire wire, StoreNode node) : IAsyncDisposable
    {
        public Wire Wire => wire;

        public IProcessStore Store => node.Store;

        public static async Task<LossyNode> OpenAsync(PostgreSqlServer server)
        {
            var place = new NpgsqlConnectionStringBuilder(await server.CreateSchemaAsync());
            var wire = new Wire(place.Port);
            place.Port = wire.Port;
            return new LossyNode(wire, await StoreNode.OpenAsync(place.ConnectionString));
        }

        public async Task<ProcessId> AddAsync()
        {
            await using var body = Store.CreateContent();
            var process = StoreNode.NewProcess(body) with { Quota = "scarce" };
            (await Store.AddAsync(process, cancellationToken: Token)).Outcome.ShouldBe(AddOutcome.Added);
            return process.Id;
        }

        public async ValueTask DisposeAsync()
        {
            await node.DisposeAsync();
            await wire.DisposeAsync();
        }
    }
}
