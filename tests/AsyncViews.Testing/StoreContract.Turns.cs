using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Nobody who sends much makes others wait for all of it.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public async Task ClaimNext_WithAThousandOfOneLane_TakesTheFirstOfAnotherSecond()
    {
        var flood = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => AddedInAsync("ann")));
        var other = await AddedInAsync("bob");

        (await Store.FindAsync(other))!.Position.ShouldBe(2);
        (await ClaimNextAsync(2))[1].ShouldBe(other);

        (await Store.ListAsync(new ProcessQuery { Count = 1000 }, ["ann"])).Count(record => flood.Contains(record.Id) && record.State == ProcessState.Queued).ShouldBe(999);
    }

    [Fact]
    public async Task ClaimNext_OfSeveralLanes_TakesOneOfEachInTurn()
    {
        ProcessId[] ann = [await AddedInAsync("ann"), await AddedInAsync("ann"), await AddedInAsync("ann")];
        ProcessId[] bob = [await AddedInAsync("bob"), await AddedInAsync("bob")];
        var code = await AddedInAsync("nobody", process => process with { IsLimited = false });

        (await ClaimNextAsync(10)).ShouldBe([ann[0], bob[0], code, ann[1], bob[1], ann[2]]);
    }

    [Fact]
    public async Task ClaimNext_OfTwoLanesThatSendManyAtOnce_AlternatesBetweenThem()
    {
        var lanes = Enumerable.Range(0, 40).Select(number => number % 3 == 0 ? "ann" : "bob").ToArray();
        var ids = await Task.WhenAll(lanes.Select(lane => AddedInAsync(lane)));

        var order = (await ClaimNextAsync(40)).Select(id => lanes[Array.IndexOf(ids, id)]).ToList();

        // Neither is ahead of the other by more than the one whose turn it is, until one has none left.
        for (var started = 2; started <= 2 * lanes.Count(lane => lane == "ann"); started += 2)
            order.Take(started).Count(lane => lane == "ann").ShouldBe(started / 2);
        order.Count.ShouldBe(40);
    }

    [Fact]
    public async Task ClaimNext_OfOneThatSendsWheneverOneOfItsOwnStarts_AlternatesWithAnother()
    {
        var steady = await AddedInAsync("ann");
        ProcessId[] waiting = [await AddedInAsync("bob"), await AddedInAsync("bob"), await AddedInAsync("bob")];
        List<ProcessId> ofAnn = [], order = [];
        while (await ClaimNextAsync(1) is [var id])
        {
            order.Add(id);
            if (id == steady && ofAnn.Count < 3)
                ofAnn.Add(steady = await AddedInAsync("ann"));
        }

        order.Take(5).Count(waiting.Contains).ShouldBeGreaterThanOrEqualTo(2);
        order.Count.ShouldBe(7);
    }

    [Fact]
    public async Task ClaimNext_AfterALongQueue_LetsNobodyPassWhoHasWaited()
    {
        for (var i = 0; i < 5; i++)
            await AddedInAsync("ann");
        (await ClaimNextAsync(4)).Count.ShouldBe(4);

        var later = await AddedInAsync("bob");
        (await ClaimNextAsync(1)).ShouldNotBe([later]);
        (await ClaimNextAsync(1)).ShouldBe([later]);
    }

    [Fact]
    public async Task ClaimNext_OfDifferentPriority_IsNotByTurns()
    {
        ProcessId[] high = [await AddedInAsync("ann", High), await AddedInAsync("ann", High)];
        var low = await AddedInAsync("bob");

        (await ClaimNextAsync(10)).ShouldBe([.. high, low]);

        static NewProcess High(NewProcess process) => process with { Terms = new() { Priority = 9 } };
    }

    [Fact]
    public async Task ClaimNext_WithPlaceForFewAnonymous_TakesOthersFromBehindThem()
    {
        ProcessId[] anonymous = [await AddedInAsync("a", Anonymous), await AddedInAsync("b", Anonymous), await AddedInAsync("c", Anonymous)];
        ProcessId[] users = [await AddedInAsync("ann"), await AddedInAsync("bob")];

        (await ClaimAsync(count: 3, anonymous: 1)).ShouldBe([anonymous[0], .. users], ignoreOrder: true);
        (await ClaimAsync(count: 3, anonymous: 0)).ShouldBeEmpty();
        var job = await AddedInAsync("nobody", process => process with { IsLimited = false });
        (await ClaimAsync(count: 3, anonymous: 0)).ShouldBe([job]);
        (await ClaimAsync(count: 3, anonymous: 3)).ShouldBe([anonymous[1], anonymous[2]]);

        async Task<ProcessId[]> ClaimAsync(int count, int anonymous) =>
            [.. (await Store.ClaimNextAsync(Known, count, anonymous)).Select(run => run.Record.Id)];
    }

    [Fact]
    public async Task Add_OverTheAddressesLimit_IsRefusedWhoeverItsOwnerIs()
    {
        Options.MaxLiveProcessesPerAddress = 2;
        var first = await AddedInAsync("address", FromAddress("ann"));
        await AddedInAsync("address", FromAddress("bob"));

        (await AddInAsync("address", FromAddress("cid"))).Outcome.ShouldBe(AddOutcome.AddressLimit);
        (await AddInAsync("another address", FromAddress("cid"))).Outcome.ShouldBe(AddOutcome.Added);
        (await AddInAsync("address", process => process with { Owner = "dan", IsAnonymous = true })).Outcome.ShouldBe(AddOutcome.Added);
        (await AddInAsync("address", process => FromAddress("eve")(process) with { IsLimited = false })).Outcome.ShouldBe(AddOutcome.Added);

        await Store.RequestCancelAsync(first);
        (await AddInAsync("address", FromAddress("fay"))).Outcome.ShouldBe(AddOutcome.AddressLimit);
        Options.MaxLiveProcessesPerAddress = 0;
        (await AddInAsync("address", FromAddress("fay"))).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Find_OfAnAnonymousProcess_KnowsItsLane()
    {
        var id = await AddedInAsync("address", Anonymous);

        (await Store.FindAsync(id))!.ShouldSatisfyAllConditions(record => record.Lane.ShouldBe("address"), record => record.IsAnonymous.ShouldBeTrue(), record => record.Turn.ShouldBe(0));
    }

    private static NewProcess Anonymous(NewProcess process) => process with { IsAnonymous = true };

    private static Func<NewProcess, NewProcess> FromAddress(string owner) => process => process with { Owner = owner, IsAnonymous = true, HasAddress = true };

    private Task<AddResult> AddInAsync(string lane, Func<NewProcess, NewProcess>? change = null) =>
        AddAsync(process => (change ?? (same => same))(process with { Owner = lane, Lane = lane }));

    private async Task<ProcessId> AddedInAsync(string lane, Func<NewProcess, NewProcess>? change = null) => (await AddInAsync(lane, change)).Id!.Value;
}
