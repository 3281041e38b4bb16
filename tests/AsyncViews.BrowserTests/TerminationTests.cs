using AsyncViews.BrowserTests.Pages;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>SIGTERM, as every deploy sends it.</summary>
public sealed class TerminationTests(BrowserFixture browser) : BrowserTest(browser)
{
    [Fact]
    public async Task Termination_WithShortStoppableAndStubbornRuns_EndsInTheBudgetAndTellsEachRightly()
    {
        await using var site = new DurableSite();
        // One of the four is kept for people who are signed in.
        await site.StartAsync("--ShutdownSeconds=15", "--Runs=4");
        using var client = await site.ComeAsync();
        var brief = await client.SubmitAsync(("Wait", LedgerModel.UntilStopping));
        var stoppable = await client.SubmitAsync(("Wait", LedgerModel.UntilReleased));
        var stubborn = await client.SubmitAsync(("Wait", LedgerModel.Stubborn));
        await Patience.UntilAsync(() => site.ReadLedger()["start"].Count() == 3);
        var queued = await client.SubmitAsync(("Milliseconds", "1"));
        var large = await client.SubmitAsync(("Milliseconds", "1"), ("Padding", new string('x', 100_000)));

        (await site.Process.TerminateAsync()).ShouldBe(0);
        site.ReadLedger()["start"].ShouldBe([brief, stoppable, stubborn], ignoreOrder: true);
        site.ReadLedger()["end"].ShouldBe([brief]);
        site.ReadLedger()["stopped"].ShouldBe([stoppable]);

        await site.StartAsync();
        await client.IsAsync("succeeded", brief);
        await client.IsAsync("interrupted", stoppable);
        await client.IsAsync("interrupted", stubborn);
        await client.IsAsync("succeeded", queued);
        await client.IsAsync("succeeded", large);
        site.ReadLedger()["start"].ShouldBe([brief, stoppable, stubborn, queued, large], ignoreOrder: true);
        (await client.ReadResultAsync(brief)).ShouldContain($"<p id=\"written\">{brief}</p>");
    }

    [Fact]
    public async Task Termination_WithNothingToDo_EndsByItself()
    {
        await using var site = new DurableSite();
        await site.StartAsync("--ShutdownSeconds=30");

        (await site.Process.TerminateAsync()).ShouldBe(0);
    }
}
