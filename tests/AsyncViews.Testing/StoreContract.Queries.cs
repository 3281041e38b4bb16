namespace AsyncViews.Testing;

/// <content>Lists of what fits a query.</content>
public abstract partial class StoreContract
{
    [Fact]
    public async Task Query_ForAStateOrAType_FindsWhatHasIt()
    {
        var succeeded = await AddedAsync(type: StoreSteps.PageA);
        await SucceededAsync(succeeded);
        var running = await AddedAsync(type: StoreSteps.PageB);
        await ClaimedAsync(running);
        var queued = await AddedAsync(type: StoreSteps.PageA);
        var other = await AddedAsync(owner: "bob", type: StoreSteps.PageA);

        (await FoundAsync(new())).ShouldBe([other, queued, running, succeeded]);
        (await FoundAsync(new() { State = ProcessState.Queued })).ShouldBe([other, queued]);
        (await FoundAsync(new() { State = ProcessState.Failed })).ShouldBeEmpty();
        (await FoundAsync(new() { Type = StoreSteps.PageA })).ShouldBe([other, queued, succeeded]);
        (await FoundAsync(new() { Type = StoreSteps.PageA, State = ProcessState.Succeeded })).ShouldBe([succeeded]);
        (await FoundAsync(new() { Type = StoreSteps.PageB, State = ProcessState.Queued })).ShouldBeEmpty();
        (await FoundAsync(new() { Type = StoreSteps.PageA, State = ProcessState.Queued }, "ann")).ShouldBe([queued]);
        (await FoundAsync(new() { Type = StoreSteps.PageA }, "ann", "bob")).ShouldBe([other, queued, succeeded]);
    }

    [Fact]
    public async Task Query_ForAnIdOrAReference_FindsTheOne()
    {
        var id = await AddedAsync();
        await AddedAsync();

        (await FoundAsync(new() { Id = id })).ShouldBe([id]);
        (await FoundAsync(new() { Id = id }, "bob")).ShouldBeEmpty();
        (await FoundAsync(new() { Id = id, State = ProcessState.Running })).ShouldBeEmpty();
        (await FoundAsync(new() { Id = ProcessId.New() })).ShouldBeEmpty();
        (await FoundAsync(new() { Reference = id.Reference })).ShouldBe([id]);
        (await FoundAsync(new() { Reference = id.Reference.ToLowerInvariant() }, "ann")).ShouldBe([id]);
        foreach (var none in new[] { "", "-", "K7QF", id.Reference + "0", id.Reference[..8], id.Reference.Replace("-", ""), "%", "' OR 1=1" })
            (await FoundAsync(new() { Reference = none })).ShouldBeEmpty(none);
    }

    [Fact]
    public async Task Query_ForATime_FindsWhatWasAcceptedInIt()
    {
        var first = await AddedAsync();
        Time.Advance(TimeSpan.FromSeconds(10));
        var second = await AddedAsync();
        var at = Now;
        Time.Advance(TimeSpan.FromSeconds(10));
        var third = await AddedAsync();

        (await FoundAsync(new() { From = at })).ShouldBe([third, second]);
        (await FoundAsync(new() { Until = at })).ShouldBe([first]);
        (await FoundAsync(new() { From = at, Until = Now })).ShouldBe([second]);
        (await FoundAsync(new() { From = at, State = ProcessState.Queued, Type = StoreSteps.PageA }, "ann")).ShouldBe([third, second]);
        (await FoundAsync(new() { From = Now.AddSeconds(1) })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Query_ForAnEntryOfMetadata_FindsWhatHasExactlyThat()
    {
        var both = await WithMetadataAsync("ann", ("order", "4711"), ("place", "Zürich"));
        var order = await WithMetadataAsync("bob", ("order", "4711"));
        await WithMetadataAsync("ann", ("order", "471"), ("rder", "4711"), ("order4", "711"), ("4711", "order"), ("Order", "4711"), ("place", "zürich"), ("none", ""));
        await AddedAsync();
        ProcessQuery wanted = new() { Metadata = new("order", "4711") };

        (await FoundAsync(wanted)).ShouldBe([order, both]);
        (await FoundAsync(wanted, "ann")).ShouldBe([both]);
        (await FoundAsync(wanted, "ann", "bob")).ShouldBe([order, both]);
        (await FoundAsync(wanted with { Metadata = new("place", "Zürich") })).ShouldBe([both]);
        (await FoundAsync(wanted with { Metadata = new("none", "") })).Length.ShouldBe(1);
        (await FoundAsync(wanted with { Metadata = new("order", "") })).ShouldBeEmpty();
        (await FoundAsync(wanted with { Id = both })).ShouldBe([both]);
        (await FoundAsync(wanted with { Reference = order.Reference }, "ann")).ShouldBeEmpty();
        (await FoundAsync(wanted with { Type = StoreSteps.PageA })).ShouldBe([order, both]);
        await SucceededAsync(both);
        (await FoundAsync(wanted with { State = ProcessState.Succeeded })).ShouldBe([both]);
        (await FoundAsync(wanted with { State = ProcessState.Queued, Type = StoreSteps.PageB })).ShouldBeEmpty();
    }

    [Fact]
    public async Task Query_ForAnEntryOfMetadata_FindsItByTimeAndInParts()
    {
        List<ProcessId> all = [];
        for (var number = 0; number < 5; number++)
        {
            all.Insert(0, await WithMetadataAsync("ann", ("order", "4711")));
            await WithMetadataAsync("ann", ("order", "4712"));
            if (number % 2 == 1)
                Time.Advance(TimeSpan.FromSeconds(1));
        }

        ProcessQuery wanted = new() { Metadata = new("order", "4711") };
        (await FoundAsync(wanted with { From = Now })).ShouldBe([all[0]]);
        (await FoundAsync(wanted with { From = Now.AddSeconds(-1), Until = Now })).ShouldBe(all[1..3]);
        foreach (var owners in (string[][])[[], ["ann"]])
        {
            var parts = new List<ProcessId>();
            while (await FoundAsync(wanted with { Count = 2, After = parts.Count == 0 ? null : parts[^1] }, owners) is { Length: > 0 } part)
                parts.AddRange(part);
            parts.ShouldBe(all);
        }
    }

    [Fact]
    public async Task Query_ForAnEntryOfMetadata_DoesNotFindWhatIsGoneOrRemoved()
    {
        var (discarded, removed, expired) = (await WithMetadataAsync("ann", ("order", "4711")), await WithMetadataAsync("ann", ("order", "4711")), await WithMetadataAsync("ann", ("order", "4711")));
        foreach (var id in (ProcessId[])[discarded, expired])
            await SucceededAsync(id);
        ProcessQuery wanted = new() { Metadata = new("order", "4711") };
        (await FoundAsync(wanted)).ShouldBe([expired, removed, discarded]);

        await Store.DiscardAsync(discarded);
        await Store.RemoveAsync(removed);
        (await FoundAsync(wanted)).ShouldBe([expired]);

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        (await FoundAsync(wanted)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Query_InParts_ShowsEachProcessOnceHoweverManyShareATime()
    {
        var all = new List<ProcessId>();
        for (var number = 0; number < 7; number++)
        {
            all.Insert(0, await AddedAsync(owner: number % 2 == 0 ? "ann" : "bob", type: number % 3 == 0 ? StoreSteps.PageB : StoreSteps.PageA));
            if (number % 3 == 2)
                Time.Advance(TimeSpan.FromSeconds(1));
        }

        foreach (var (query, owners) in new (ProcessQuery, string[])[] { (new(), []), (new() { State = ProcessState.Queued }, []), (new() { Type = StoreSteps.PageA }, []), (new(), ["ann", "bob"]) })
        {
            var whole = await FoundAsync(query, owners);
            var parts = new List<ProcessId>();
            while (await FoundAsync(query with { Count = 2, After = parts.Count == 0 ? null : parts[^1] }, owners) is { Length: > 0 } part)
                parts.AddRange(part);

            parts.ShouldBe(whole);
            whole.Length.ShouldBe(query.Type is null ? 7 : 4);
        }

        (await FoundAsync(new() { After = all[^1] })).ShouldBeEmpty();
        (await FoundAsync(new() { After = ProcessId.New() })).ShouldBeEmpty();
        (await FoundAsync(new() { Count = 0 })).ShouldBeEmpty();
    }

    private Task<ProcessId> WithMetadataAsync(string owner, params (string Key, string Value)[] metadata) =>
        AddedAsync(process => process with { Owner = owner, Metadata = metadata.ToDictionary(entry => entry.Key, entry => entry.Value) });

    /// <summary>Finds everybody's where no owner is named.</summary>
    private async Task<ProcessId[]> FoundAsync(ProcessQuery query, params string[] owners) =>
        [.. (await Store.ListAsync(query, owners.Length == 0 ? null : owners)).Select(record => record.Id)];
}
