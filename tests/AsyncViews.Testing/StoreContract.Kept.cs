using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Kept processes have a limit, in all, of an owner and of an address, and are counted over their whole life.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public async Task KeptBytes_OverTheLifeOfAProcess_AreWhatIsKept()
    {
        var id = await AddedAsync(body: new byte[70_000]);
        (await KeptAsync()).ShouldBeInRange(72_000, 74_000);

        await SucceededAsync(id, new byte[100_000]);
        (await KeptAsync()).ShouldBeInRange(102_000, 104_000);

        await using (var again = await SpoolAsync(new byte[70_000]))
            (await Store.KeepSubmissionAsync(id, "the request"u8.ToArray(), again)).ShouldBeTrue();
        (await KeptAsync()).ShouldBeInRange(172_000, 174_500);

        await Store.DiscardAsync(id);
        (await KeptAsync()).ShouldBe(StoreLimits.RowBytes);
        await Store.RemoveAsync(id);
        (await KeptAsync()).ShouldBe(0);
    }

    [Theory]
    [InlineData(ProcessState.Failed, 70_000)]
    [InlineData(ProcessState.Canceled, 0)]
    public async Task KeptBytes_OfAProcessWithoutAResult_AreThoseOfItsSubmissionIfItIsKept(ProcessState end, int body)
    {
        var id = await AddedAsync(body: new byte[70_000]);
        var run = await ClaimedAsync(id);
        await Store.FinishAsync(id, run.Record.Fence, new ProcessOutcome(end));

        (await KeptAsync()).ShouldBeInRange(body + 2_000, body + 4_000);

        Time.Advance(Options.ResultRetention);
        await Store.SweepAsync();
        (await KeptAsync()).ShouldBe(StoreLimits.RowBytes);
        Time.Advance(Options.TombstoneRetention);
        await Store.SweepAsync();
        (await KeptAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task KeptBytes_OfWhatCodeHasScheduled_AreNotCounted()
    {
        await AddedAsync(process => process with { IsLimited = false });

        (await KeptAsync()).ShouldBe(0);
        (await Store.GetSenderLoadsAsync("ann", "ann")).OfOwner.ShouldBe(new SenderLoad(0, 0));
    }

    [Fact]
    public async Task Add_WhereMoreIsKeptThanAnOwnerMay_IsRefusedUntilSomethingIsDiscarded()
    {
        Options.MaxKeptBytesPerOwner = 100_000;
        var first = await AddedAsync(owner: "ann");
        await SucceededAsync(first, new byte[100_000]);

        (await AddAsync(owner: "ann")).Outcome.ShouldBe(AddOutcome.KeptLimit);
        (await AddAsync(owner: "bob")).Outcome.ShouldBe(AddOutcome.Added);
        await Store.DiscardAsync(first);
        (await AddAsync(owner: "ann")).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Add_WhereMoreIsKeptThanAnAddressMay_IsRefusedWhoeverItsOwnerIs()
    {
        Options.MaxKeptBytesPerAddress = 3 * StoreLimits.RowBytes;
        for (var i = 0; i < 3; i++)
            await Store.RequestCancelAsync((await AddInAsync("address", FromAddress($"owner {i}"))).Id!.Value);

        (await AddInAsync("address", FromAddress("another"))).Outcome.ShouldBe(AddOutcome.KeptLimit);
        (await AddInAsync("another address", FromAddress("another"))).Outcome.ShouldBe(AddOutcome.Added);
        (await Store.GetSenderLoadsAsync("owner 0", "address")).ShouldSatisfyAllConditions(
            loads => loads.OfOwner.KeptBytes.ShouldBeInRange(StoreLimits.RowBytes, StoreLimits.RowBytes + 100),
            loads => loads.InLane.KeptBytes.ShouldBeInRange(3 * StoreLimits.RowBytes, (3 * StoreLimits.RowBytes) + 300),
            loads => loads.InLane.Live.ShouldBe(0));
    }

    [Fact]
    public async Task Add_OfManyAtOnce_StopsWhereTheirOwnerHasAsMuchAsAllowed()
    {
        Options.MaxKeptBytesPerOwner = 100_000;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(async _ => (await AddAsync(owner: "ann", body: new byte[10_000])).Outcome));

        var most = (100_000 / (StoreLimits.RowBytes + 10_000)) + 1;
        outcomes.Count(outcome => outcome == AddOutcome.Added).ShouldBe(most);
        outcomes.Count(outcome => outcome == AddOutcome.KeptLimit).ShouldBe(30 - most);
    }

    [Fact]
    public async Task Add_OfManyAtOnce_StopsWhereTheirAddressHasAsMuchAsAllowed()
    {
        Options.MaxKeptBytesPerAddress = 100_000;
        Options.MaxLiveProcessesPerAddress = 5;

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 30).Select(async number => (await AddInAsync("address", FromAddress($"owner {number}"))).Outcome));

        outcomes.Count(outcome => outcome == AddOutcome.Added).ShouldBe(5);
        outcomes.Count(outcome => outcome == AddOutcome.AddressLimit).ShouldBe(25);
        (await AddInAsync("another address", FromAddress("owner 1"))).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Add_WhereMoreIsKeptThanTheStoreMay_IsRefusedToEverybodyButCode()
    {
        Options.MaxKeptBytes = 50_000;
        await AddedAsync(owner: "ann", body: new byte[50_000]);
        (await KeptAsync()).ShouldBeGreaterThan(50_000);

        (await AddAsync(owner: "bob")).Outcome.ShouldBe(AddOutcome.StoreFull);
        (await AddInAsync("nobody", process => process with { IsLimited = false })).Outcome.ShouldBe(AddOutcome.Added);
    }

    [Fact]
    public async Task Add_OfMoreThanAnOwnerMayKeep_IsAcceptedWhereNothingIsKept()
    {
        Options.MaxKeptBytesPerOwner = 1;

        (await AddAsync(body: new byte[10_000])).Outcome.ShouldBe(AddOutcome.Added);
        (await AddAsync()).Outcome.ShouldBe(AddOutcome.KeptLimit);
    }

    /// <summary>A store that several nodes share may count all that is kept once a second.</summary>
    private async Task<long> KeptAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        return (await Store.GetLoadAsync()).KeptBytes;
    }
}
