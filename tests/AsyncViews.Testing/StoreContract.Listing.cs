using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <content>What an owner has.</content>
public abstract partial class StoreContract
{
    [Fact]
    public async Task List_OfSomeOwners_IsTheirsAloneTheNewestFirst()
    {
        var first = await AddedAsync(owner: "ann");
        await AddedAsync(owner: "bob");
        var second = await AddedAsync(owner: "ann's browser");
        var third = await AddedAsync(owner: "ann");
        await SucceededAsync(first);

        (await IdsAsync("ann", "ann's browser")).ShouldBe([third, second, first]);
        (await IdsAsync("ann's browser", "ann")).ShouldBe([third, second, first]);
        (await IdsAsync("ann", "ann")).ShouldBe([third, first]);
        (await IdsAsync("carl")).ShouldBeEmpty();
        (await IdsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_OfMoreThanAskedFor_IsTheNewest()
    {
        await AddedAsync(owner: "ann");
        var second = await AddedAsync(owner: "browser");
        var third = await AddedAsync(owner: "ann");

        (await Store.ListAsync(new ProcessQuery { Count = 2 }, ["ann", "browser"])).Select(record => record.Id).ShouldBe([third, second]);
        (await Store.ListAsync(new ProcessQuery { Count = 1 }, ["ann", "browser"])).Select(record => record.Id).ShouldBe([third]);
        (await Store.ListAsync(new ProcessQuery { Count = 0 }, ["ann", "browser"])).ShouldBeEmpty();
    }

    [Fact]
    public async Task List_OfARecord_IsWhatIsFound()
    {
        var running = await AddedAsync();
        await AddedAsync();
        var queued = await AddedAsync();
        var run = await ClaimedAsync(running);
        await Store.ReportAsync(running, run.Record.Fence, new ProcessProgress(42.5, "Reading rows"), 9);

        var records = await Store.ListAsync(new ProcessQuery { Count = 10 }, ["ann"]);

        records[0].ShouldBe(await Store.FindAsync(queued));
        records[0].Position.ShouldBe(2);
        records[2].ShouldBe(await Store.FindAsync(running));
        records[2].Progress.Percent.ShouldBe(42.5);
    }

    [Fact]
    public async Task List_OfWhatIsGoneOrRemoved_LeavesItOut()
    {
        var expired = await AddedAsync();
        await SucceededAsync(expired);
        Time.Advance(Options.ResultRetention);
        var removed = await AddedAsync();
        var running = await AddedAsync();
        await ClaimedAsync(running);
        (await IdsAsync("ann")).ShouldBe([running, removed, expired]);

        await Store.SweepAsync();
        await Store.RemoveAsync(removed);
        (await IdsAsync("ann")).ShouldBe([running]);

        await Store.RemoveAsync(running);
        (await IdsAsync("ann")).ShouldBe([running]);
        await FinishAsync(running, 1);
        (await IdsAsync("ann")).ShouldBeEmpty();
        (await AddAsync()).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Origin_OfAProcess_IsKeptUntilItIsGone()
    {
        await using var body = Store.CreateContent();
        var process = NewProcess(body) with { Origin = "where it came from" };
        var without = await AddedAsync();
        await Store.AddAsync(process);

        (await ClaimedAsync(process.Id)).Record.Origin.ShouldBe("where it came from");
        await FinishAsync(process.Id, 1);
        (await Store.FindAsync(process.Id))!.Origin.ShouldBe("where it came from");
        (await Store.ListAsync(new ProcessQuery { Count = 10 }, ["ann"])).Select(record => record.Origin).ShouldBe(["where it came from", null]);

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        (await Store.FindAsync(process.Id))!.Origin.ShouldBeNull();
        (await Store.FindAsync(without))!.Origin.ShouldBeNull();
    }

    private async Task<ProcessId[]> IdsAsync(params string[] owners) => [.. (await Store.ListAsync(new ProcessQuery { Count = 10 }, owners)).Select(record => record.Id)];
}
