using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Running;

/// <summary>A host that stops gives runs nearly all its budget, then tells them, and is never held up.</summary>
public class ShutdownTests
{
    [Fact]
    public async Task Stop_WithARunThatEndsInTime_LetsItFinish()
    {
        await using var run = await HeldRun.StartAsync();

        var stopping = run.Site.StopAsync();
        await run.Site.Stopping;
        run.Process.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        run.Gate.Open();
        await stopping.Soon("the stop of the host");

        (await StateOfAsync(run.Site, run.Submitted.Id)).ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Stop_WithALongRunThatListens_SignalsItAndItIsInterrupted()
    {
        var time = Clock.Start();
        await using var run = await HeldRun.StartAsync(configure: setup => (setup.Time, setup.ShutdownTimeout) = (time, TimeSpan.FromMinutes(2)));

        var stopping = run.Site.StopAsync();
        await run.Site.Stopping;
        time.Advance(TimeSpan.FromSeconds(114));
        run.Process.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(1));
        await stopping.Soon("the stop of the host");

        run.Process.CancellationToken.IsCancellationRequested.ShouldBeTrue();
        (await StateOfAsync(run.Site, run.Submitted.Id)).ShouldBe(ProcessState.Interrupted);
    }

    [Fact]
    public async Task Stop_WithARunThatDoesNotListen_IsNotHeldUp()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.ShutdownTimeout = TimeSpan.FromSeconds(1);
            setup.Run = async (page, _, _) =>
            {
                await gate.PassAsync(CancellationToken.None);
                return page.Page();
            };
        });
        using var browser = site.Browse();
        await browser.SubmitAsync("/Work");
        await gate.Entered;

        await site.StopAsync().Soon("the stop of the host");

        site.Log.Entries.ShouldContain(entry => entry.Message.Contains("1 processes were still running"));
        gate.Open();
    }

    [Fact]
    public async Task Stop_WithAQueue_StartsNothingMore()
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Options = options => options.MaxConcurrentRuns = 1);
        var queued = await run.Browser.SubmitAsync("/Work", ("Text", "queued"));

        var stopping = run.Site.StopAsync();
        await run.Site.Stopping;
        run.Gate.Open();
        await stopping.Soon("the stop of the host");

        (await StateOfAsync(run.Site, run.Submitted.Id)).ShouldBe(ProcessState.Succeeded);
        (await StateOfAsync(run.Site, queued.Id)).ShouldBe(ProcessState.Queued);
        run.Site.Script.Runs.ShouldBe(1);
    }

    private static async Task<ProcessState> StateOfAsync(Site site, ProcessId id) =>
        (await site.Services.GetRequiredService<IProcessStore>().FindAsync(id))!.State;
}
