using System.Data.Common;
using AsyncViews.Storage;
using Microsoft.Extensions.Time.Testing;

namespace AsyncViews.Testing;

/// <summary>The promises of every store. A store's own test class inherits it, and with it every rule; the rest of it is in the other parts of this class.</summary>
public abstract partial class StoreContract : IAsyncDisposable
{
    private IProcessStore? _store;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero));

    protected AsyncViewsOptions Options { get; } = new() { MaxLiveProcessesPerOwner = 1000 };

    /// <summary>The store under test, made at its first use: tests change <see cref="Options"/> before.</summary>
    protected IProcessStore Store => _store ??= Create(Options, Time);

    protected abstract IProcessStore Create(AsyncViewsOptions options, TimeProvider time);

    public virtual ValueTask DisposeAsync()
    {
        (_store as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Add_OfANewProcess_IsQueuedAndFound()
    {
        var id = await AddedAsync(owner: "ann", type: StoreSteps.PageA);

        var record = (await Store.FindAsync(id)).ShouldNotBeNull();

        record.Id.ShouldBe(id);
        record.Owner.ShouldBe("ann");
        record.Type.ShouldBe(StoreSteps.PageA);
        record.State.ShouldBe(ProcessState.Queued);
        record.Position.ShouldBe(1);
        record.Fence.ShouldBe(0);
        record.Version.ShouldBeGreaterThan(0);
        record.CreatedAt.ShouldBe(Time.GetUtcNow());
        record.StartedAt.ShouldBeNull();
        record.EndedAt.ShouldBeNull();
    }

    [Fact]
    public async Task Find_OfAnUnknownProcess_IsNull()
    {
        (await Store.FindAsync(ProcessId.New())).ShouldBeNull();
        (await Store.OpenResultAsync(ProcessId.New())).ShouldBeNull();
        (await Store.ClaimAsync(ProcessId.New())).ShouldBeNull();
        (await Store.RequestCancelAsync(ProcessId.New())).ShouldBe(CancelOutcome.NotFound);
        (await Store.RemoveAsync(ProcessId.New())).ShouldBeFalse();
        (await Store.DiscardAsync(ProcessId.New())).ShouldBeFalse();
        (await Store.MarkServedAsync(ProcessId.New())).ShouldBeFalse();
        (await Store.ReportAsync(ProcessId.New(), 1, ProcessProgress.None, 5)).ShouldBeFalse();
        (await Store.FinishAsync(ProcessId.New(), 1, new ProcessOutcome(ProcessState.Failed))).ShouldBeFalse();
    }

    [Fact]
    public async Task Add_WithOneKeyByManyAtOnce_AddsOne()
    {
        _ = Store;

        var results = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => AddAsync(key: "k"))));

        results.Count(result => result.Outcome == AddOutcome.Added).ShouldBe(1);
        results.Select(result => result.Id).Distinct().Count().ShouldBe(1);
        (await Store.GetLoadAsync()).Queued.ShouldBe(1);
    }

    [Fact]
    public async Task Add_OverTheQueuesLength_IsRefusedUntilOneStarts()
    {
        Options.MaxQueueLength = 2;
        var first = await AddedAsync();
        await AddedAsync();

        (await AddAsync()).ShouldBe(new AddResult(AddOutcome.QueueFull));
        await ClaimedAsync(first);
        (await AddAsync()).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Add_OverTheQueuesBytes_IsRefusedUntilOneStarts()
    {
        Options.MaxQueueBytes = 100_000;
        var first = await AddedAsync(body: new byte[70_000]);

        (await AddAsync(body: new byte[30_001])).Outcome.ShouldBe(AddOutcome.QueueFull);
        (await AddAsync(body: new byte[30_000])).Outcome.ShouldBe(AddOutcome.Added);
        (await Store.GetLoadAsync()).QueuedBytes.ShouldBe(100_000);
        await ClaimedAsync(first);
        (await Store.GetLoadAsync()).QueuedBytes.ShouldBe(30_000);
    }

    [Fact]
    public async Task Add_OverTheOwnersLimit_IsRefusedUntilOneEnds()
    {
        Options.MaxLiveProcessesPerOwner = 2;
        var first = await AddedAsync(owner: "ann");
        var second = await AddedAsync(owner: "ann");
        var run = await ClaimedAsync(first);

        (await AddAsync(owner: "ann")).ShouldBe(new AddResult(AddOutcome.OwnerLimit));
        (await AddAsync(owner: "bob")).Outcome.ShouldBe(AddOutcome.Added);
        await Store.FinishAsync(first, run.Record.Fence, new ProcessOutcome(ProcessState.Failed));
        (await AddAsync(owner: "ann")).Outcome.ShouldBe(AddOutcome.Added);
        await Store.RequestCancelAsync(second);
        (await AddAsync(owner: "ann")).Outcome.ShouldBe(AddOutcome.Added);
        (await AddAsync(owner: "ann")).Outcome.ShouldBe(AddOutcome.OwnerLimit);
    }

    [Fact]
    public async Task Add_InATransactionThatTheStoreCannotJoin_SaysSo()
    {
        await using var body = Store.CreateContent();

        await Should.ThrowAsync<NotSupportedException>(async () => await Store.AddAsync(NewProcess(body), new ForeignTransaction()));

        (await Store.GetLoadAsync()).Queued.ShouldBe(0);
    }

    [Fact]
    public async Task FindDue_OfKnownTypes_IsInTheOrderOfArrival()
    {
        var first = await AddedAsync(type: StoreSteps.PageA);
        await AddedAsync(type: StoreSteps.UnknownPage);
        var second = await AddedAsync(type: StoreSteps.PageB);
        var third = await AddedAsync(type: StoreSteps.PageA);
        var known = new HashSet<ProcessType> { StoreSteps.PageA, StoreSteps.PageB };

        (await Store.FindDueAsync(known, 10)).ShouldBe([first, second, third]);
        (await Store.FindDueAsync(known, 2)).ShouldBe([first, second]);
        await ClaimedAsync(first);
        (await Store.FindDueAsync(known, 10)).ShouldBe([second, third]);
        (await Store.FindDueAsync(new HashSet<ProcessType>(), 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task MissUnknown_AfterTheTimeout_EndsWhatNoPageRuns()
    {
        var known = await AddedAsync(type: StoreSteps.PageA);
        var old = await AddedAsync(type: StoreSteps.UnknownPage);
        Time.Advance(TimeSpan.FromHours(24));
        var young = await AddedAsync(type: StoreSteps.UnknownPage);

        (await Store.MissUnknownAsync(new HashSet<ProcessType> { StoreSteps.PageA }, TimeSpan.FromHours(24))).ShouldBe(1);

        (await Store.FindAsync(old))!.State.ShouldBe(ProcessState.Missed);
        (await Store.FindAsync(known))!.State.ShouldBe(ProcessState.Queued);
        (await Store.FindAsync(young))!.State.ShouldBe(ProcessState.Queued);
        (await InspectAsync())
            .ShouldSatisfyAllConditions(
                inspection => inspection.Queued.ShouldBe(2),
                inspection => inspection.OldestQueuedAt.ShouldBe(Time.GetUtcNow() - TimeSpan.FromHours(24)),
                inspection => inspection.UnknownTypes(new HashSet<ProcessType> { StoreSteps.PageA }).ShouldBe([StoreSteps.UnknownPage]));
    }

    [Fact]
    public async Task Position_OfTheQueued_MovesUpAsOthersStartOrAreCanceled()
    {
        ProcessId[] ids = [await AddedAsync(), await AddedAsync(), await AddedAsync(), await AddedAsync()];
        (await PositionsAsync()).ShouldBe([1, 2, 3, 4]);

        await ClaimedAsync(ids[1]);
        (await PositionsAsync()).ShouldBe([1, null, 2, 3]);
        await Store.RequestCancelAsync(ids[0]);
        (await PositionsAsync()).ShouldBe([null, null, 1, 2]);
        await Store.RemoveAsync(ids[2]);
        (await Store.FindAsync(ids[3]))!.Position.ShouldBe(1);

        async Task<List<int?>> PositionsAsync()
        {
            var positions = new List<int?>();
            foreach (var id in ids)
                positions.Add((await Store.FindAsync(id))!.Position);
            return positions;
        }
    }

    [Fact]
    public async Task Position_InAList_IsThatOfEachAlone()
    {
        foreach (var priority in (int[])[0, 5, 0, 9, 5, 0])
            await AddedAsync(with => with with { Terms = new RunTerms { Priority = priority } });
        await ClaimedAsync(await AddedAsync());
        await AddedAsync(with => with with { Terms = new RunTerms { NotBefore = Time.GetUtcNow().AddHours(1) } });

        var listed = await Store.ListAsync(new ProcessQuery());

        listed.Select(record => record.Position).Order().ShouldBe([null, null, 1, 2, 3, 4, 5, 6]);
        foreach (var record in listed)
            record.Position.ShouldBe((await Store.FindAsync(record.Id))!.Position);
        (await Store.ListAsync(new ProcessQuery { Count = 4 })).Select(record => record.Position).ShouldBe(listed.Take(4).Select(record => record.Position));
    }

    [Fact]
    public async Task Position_InALongQueue_IsThatOfEachAndFollowsWithinASecond()
    {
        const int Many = 1200;
        foreach (var some in Enumerable.Range(0, Many).Chunk(40))
            await Task.WhenAll(some.Select(_ => AddedAsync(with => with with { IsLimited = false })));
        var listed = await Store.ListAsync(new ProcessQuery { Count = Many });
        var queue = listed.OrderBy(record => record.Position).Select(record => record.Id).ToArray();
        listed.Select(record => record.Position).Order().ShouldBe(Enumerable.Range(1, Many).Select(place => (int?)place));
        foreach (var place in (int[])[Many, 700, 1100, 100, 1199, 700])
            (await PositionAsync(place)).ShouldBe(place);

        await Store.RequestCancelAsync(queue[50]);
        Time.Advance(TimeSpan.FromSeconds(2));

        foreach (var place in (int[])[700, Many, 1100])
            (await PositionAsync(place)).ShouldBe(place - 1);

        async Task<int?> PositionAsync(int place) => (await Store.FindAsync(queue[place - 1]))!.Position;
    }

    [Fact]
    public async Task Load_OverTheLifeOfAProcess_CountsIt()
    {
        var id = await AddedAsync(body: new byte[10]);
        var load = await Store.GetLoadAsync();
        (load.Queued, load.QueuedBytes).ShouldBe((1, 10));
        load.FreeDiskBytes.ShouldBeGreaterThan(0);

        var run = await ClaimedAsync(id);
        load = await Store.GetLoadAsync();
        (load.Queued, load.QueuedBytes, (await InspectAsync()).Running).ShouldBe((0, 0, 1));

        await Store.FinishAsync(id, run.Record.Fence, new ProcessOutcome(ProcessState.Failed));
        load = await Store.GetLoadAsync();
        (load.Queued, load.QueuedBytes, (await InspectAsync()).Running).ShouldBe((0, 0, 0));
    }

    protected sealed class ForeignTransaction : DbTransaction
    {
        public override System.Data.IsolationLevel IsolationLevel => System.Data.IsolationLevel.Unspecified;

        protected override DbConnection? DbConnection => null;

        public override void Commit()
        {
        }

        public override void Rollback()
        {
        }
    }
}
