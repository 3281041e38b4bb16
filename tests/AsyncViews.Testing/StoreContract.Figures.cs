using AsyncViews.Storage;

namespace AsyncViews.Testing;

/// <summary>Figures of the past for an operator: the ends of each hour, and the starts of a process.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public async Task Hours_OfWhatEnded_AreCountedByStateAndForgottenAfterAWeek()
    {
        var (first, second, canceled) = (await AddedAsync(), await AddedAsync(), await AddedAsync());
        Time.Advance(TimeSpan.FromMinutes(10));
        await SucceededAsync(first);
        Time.Advance(TimeSpan.FromMinutes(20));
        await SucceededAsync(second);
        Time.Advance(TimeSpan.FromMinutes(40));
        await Store.RequestCancelAsync(canceled);
        var failing = await AddedAsync();
        var run = await ClaimedAsync(failing);
        Time.Advance(TimeSpan.FromMinutes(5));
        await Store.FinishAsync(failing, run.Record.Fence, new ProcessOutcome(ProcessState.Failed));

        var noon = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
        HourFigures[] expected =
        [
            new(noon, ProcessState.Succeeded, 2, TimeSpan.FromMinutes(30)),
            new(noon.AddHours(1), ProcessState.Failed, 1, TimeSpan.Zero),
            new(noon.AddHours(1), ProcessState.Canceled, 1, TimeSpan.FromMinutes(70)),
        ];
        (await Store.ReadHoursAsync(noon.AddMinutes(59))).ShouldBe(expected);
        (await Store.ReadHoursAsync(noon.AddMinutes(60))).ShouldBe(expected[1..]);

        // Neither the end of a process nor its removal changes what was.
        await Store.RemoveAsync(first);
        await Store.SweepAsync();
        (await Store.ReadHoursAsync(noon)).ShouldBe(expected);
        Time.Advance(HourFigures.Retention);
        await Store.SweepAsync();
        (await Store.ReadHoursAsync(noon)).ShouldBe(expected[1..]);
        Time.Advance(TimeSpan.FromHours(2));
        await Store.SweepAsync();
        (await Store.ReadHoursAsync(noon)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Starts_OfAProcess_AreKeptWithTheirNodesUntilItIsGone()
    {
        var id = await AddedAsync(process => process with { Terms = new() { MaxAttempts = 2 } });
        var first = (await Store.ClaimAsync(id, StoreSteps.AllTypes)).ShouldNotBeNull();
        ProcessStart[] starts = [new(1, Now, "node")];
        first.Record.Starts.ShouldBe(starts);
        await Store.FinishAsync(id, first.Record.Fence, new ProcessOutcome(ProcessState.Scheduled) { NotBefore = Now.AddMinutes(1), Error = "out of paper" });

        Time.Advance(TimeSpan.FromMinutes(1));
        await Store.QueueDueAsync();
        var second = (await Store.ClaimNextAsync(StoreSteps.AllTypes, 1)).ShouldHaveSingleItem();
        starts = [.. starts, new(2, Now, "node")];
        second.Record.Starts.ShouldBe(starts);
        (await Store.FindAsync(id))!.Starts.ShouldBe(starts);
        (await FinishAsync(id, second.Record.Fence)).ShouldBeTrue();
        (await Store.FindAsync(id))!.Starts.ShouldBe(starts);

        await Store.DiscardAsync(id);
        (await Store.FindAsync(id))!.Starts.ShouldBeEmpty();
    }
}
