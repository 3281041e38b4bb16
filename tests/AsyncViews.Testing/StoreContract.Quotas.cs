using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>The processes under a quota: no more run at once than its limit, and the others delay nobody.</summary>
public abstract partial class StoreContract
{
    private static readonly Dictionary<string, int> TwoReports = new() { ["reports"] = 2 };

    [Fact]
    public async Task ClaimNext_UnderAQuota_TakesNoMoreThanItsLimitAndWhatIsBehind()
    {
        var reports = await AddedUnderAsync("reports", 4);
        var free = await AddedAsync();
        var letters = await AddedUnderAsync("letters", 2);

        (await ClaimUnderAsync(TwoReports, 10)).ShouldBe([reports[0], reports[1], free, .. letters]);

        (await ClaimUnderAsync(TwoReports, 10)).ShouldBeEmpty();
        (await Store.FindAsync(reports[2]))!.ShouldSatisfyAllConditions(
            record => record.State.ShouldBe(ProcessState.Queued),
            record => record.Quota.ShouldBe("reports"),
            record => record.Position.ShouldBe(1));
        (await Store.FindAsync(free))!.Quota.ShouldBeNull();
        (await InspectAsync()).Quotas.OrderBy(quota => quota.Name).ShouldBe([new QuotaUse("letters", 0, 2), new QuotaUse("reports", 2, 2)]);
    }

    [Fact]
    public async Task ClaimNext_UnderSeveralQuotas_KeepsTheOrderOfThemAll()
    {
        var reports = await AddedUnderAsync("reports", 2);
        var high = await AddedAsync(process => process with { Quota = "letters", Terms = new() { Priority = 9 } });
        var free = await AddedAsync();
        var late = await AddedUnderAsync("reports", 1);

        (await ClaimUnderAsync(TwoReports, 2)).ShouldBe([high, reports[0]]);
        (await ClaimUnderAsync(TwoReports, 1)).ShouldBe([reports[1]]);
        (await ClaimUnderAsync(TwoReports, 2)).ShouldBe([free]);
        (await ClaimUnderAsync(new() { ["reports"] = 3 }, 2)).ShouldBe(late);
    }

    [Fact]
    public async Task ClaimNext_OfAQuotaThatIsNotNamed_HasNoLimit()
    {
        var reports = await AddedUnderAsync("reports", 3);

        (await ClaimUnderAsync(new() { ["letters"] = 1 }, 2)).ShouldBe([reports[0], reports[1]]);
        (await ClaimNextAsync(10)).ShouldBe([reports[2]]);
    }

    [Fact]
    public async Task ClaimNext_WhenARunHasGivenItsPlaceBack_TakesTheNext()
    {
        var reports = await AddedUnderAsync("reports", 6);
        await ClaimUnderAsync(TwoReports, 2);

        await FinishAsync(reports[0], 1);
        (await ClaimUnderAsync(TwoReports, 9)).ShouldBe([reports[2]]);
        await Store.FinishAsync(reports[1], 1, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now.AddHours(1) });
        (await ClaimUnderAsync(TwoReports, 9)).ShouldBe([reports[3]]);
        await Store.RemoveAsync(reports[2]);
        (await ClaimUnderAsync(TwoReports, 9)).ShouldBeEmpty("it runs until it has ended");
        await FinishAsync(reports[2], 1);
        await Store.RequestCancelAsync(reports[4]);
        (await ClaimUnderAsync(TwoReports, 9)).ShouldBe([reports[5]]);
        await FinishAsync(reports[3], 1);
        Time.Advance(TimeSpan.FromHours(1));
        (await ClaimUnderAsync(TwoReports, 9)).ShouldBe([reports[1]]);
    }

    [Fact]
    public async Task Claim_UnderAFullQuota_IsRefused()
    {
        var reports = await AddedUnderAsync("reports", 3);
        await ClaimUnderAsync(TwoReports, 2);

        (await Store.ClaimAsync(reports[2], Known, TwoReports)).ShouldBeNull();
        (await Store.FindAsync(reports[2]))!.State.ShouldBe(ProcessState.Queued);
        await FinishAsync(reports[0], 1);
        (await Store.ClaimAsync(reports[2], Known, TwoReports)).ShouldNotBeNull();
        (await Store.ClaimAsync(await AddedAsync(), Known, TwoReports)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ClaimNext_UnderAQuotaWithoutRoomForAnonymousPeople_TakesWhoIsBehindThem()
    {
        var anonymous = await AddedAsync(process => process with { Quota = "reports", IsAnonymous = true });
        var anonymousToo = await AddedAsync(process => process with { Quota = "reports", IsAnonymous = true });
        var user = (await AddedUnderAsync("reports", 1))[0];
        var elsewhere = await AddedAsync(process => process with { IsAnonymous = true });

        (await ClaimAnonymousAsync(0)).ShouldBe([user]);
        (await ClaimAnonymousAsync(2)).ShouldBe([anonymous, elsewhere]);
        (await ClaimAnonymousAsync(9)).ShouldBeEmpty();
        await FinishAsync(user, 1);
        (await ClaimAnonymousAsync(9)).ShouldBe([anonymousToo]);

        async Task<ProcessId[]> ClaimAnonymousAsync(int most) => [.. (await Store.ClaimNextAsync(Known, 9, most, TwoReports)).Select(run => run.Record.Id)];
    }

    [Fact]
    public async Task ClaimNext_UnderAQuotaByEightAtOnce_NeverExceedsIt()
    {
        var ids = await AddedUnderAsync("reports", 40);
        var (running, most) = (0, 0);

        var ran = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var ended = new List<ProcessId>();
            while ((await InspectAsync()).Quotas is { Count: > 0 })
            {
                foreach (var run in await Store.ClaimNextAsync(Known, 2, quotas: TwoReports))
                {
                    InterlockedMax(ref most, Interlocked.Increment(ref running));
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                    (await FinishAsync(run.Record.Id, run.Record.Fence)).ShouldBeTrue();
                    ended.Add(run.Record.Id);
                }
            }

            return ended;
        })));

        ran.SelectMany(ended => ended).ShouldBe(ids, ignoreOrder: true);
        most.ShouldBeLessThanOrEqualTo(2);

        static void InterlockedMax(ref int most, int value)
        {
            for (var seen = most; value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen; seen = most)
            {
            }
        }
    }

    private async Task<ProcessId[]> AddedUnderAsync(string quota, int count)
    {
        var ids = new ProcessId[count];
        for (var i = 0; i < count; i++)
            ids[i] = await AddedAsync(process => process with { Quota = quota });
        return ids;
    }

    private async Task<ProcessId[]> ClaimUnderAsync(Dictionary<string, int> quotas, int count) =>
        [.. (await Store.ClaimNextAsync(Known, count, quotas: quotas)).Select(run => run.Record.Id)];
}
