using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;
using AsyncViews.Storage;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>The library's pages, on the test site.</summary>
public static class LibraryStates
{
    public static IReadOnlyList<PageState> All { get; } =
    [
        new("form", stage => stage.OpenAsync()),
        new("form-with-errors", async stage =>
        {
            var form = await stage.OpenAsync();
            await form.Start.ClickAsync();
            await Expect(stage.Page.GetByText("The Name field is required.").First).ToBeVisibleAsync();
        }),
        new("form-too-old", async stage =>
        {
            var form = await stage.OpenAsync();
            await stage.Visitor.Context.ClearCookiesAsync();
            await form.Start.ClickAsync();
            await Expect(stage.Page.Locator(".validation-summary-errors")).ToBeVisibleAsync();
        }),
        new("queued", async stage =>
        {
            await QueueAsync(stage);
            await Expect(stage.Page.GetByText("Place in the queue: 1")).ToBeVisibleAsync();
        }) { Updates = true },
        new("running-unmeasured", async stage =>
        {
            var waiting = await stage.StartAsync();
            await stage.Visitor.ReloadAsync();
            await Expect(waiting.Progress).ToBeVisibleAsync();
        }) { Updates = true },
        new("running-measured", async stage =>
        {
            var waiting = await stage.StartAsync();
            for (var percent = 0.5; percent <= 42.5; percent++)
            {
                stage.Later(TimeSpan.FromSeconds(30));
                await stage.Work.ReportAsync(percent, "Reading rows");
            }

            await stage.Visitor.ReloadAsync();
            await waiting.ShowsAsync(42.5, "Reading rows");
            await Expect(stage.Page.GetByText(new Regex("^About .* left$"))).ToBeVisibleAsync();
        }) { Updates = true },
        new("running-with-a-long-message", async stage =>
        {
            var message = $"Reading {new string('x', 300)} and then a great many other words that follow it";
            var waiting = await stage.StartAsync();
            await stage.Work.ReportAsync(99, message);
            await stage.Visitor.ReloadAsync();
            await waiting.ShowsAsync(99, message);
        }) { Updates = true },
        new("stopping", async stage =>
        {
            stage.WorkStopsWhenTold = false;
            var waiting = await stage.StartAsync();
            await waiting.Cancel.ClickAsync();
            await Expect(waiting.Status).ToHaveTextAsync("Stopping…");
        }) { Updates = true },
        new("updates-turned-off", async stage =>
        {
            var waiting = await stage.StartAsync();
            await stage.Work.ReportAsync(42.5, "Reading rows");
            await waiting.StopUpdating.ClickAsync();
            await Expect(waiting.UpdateAutomatically).ToBeVisibleAsync();
        }),
        new("connection-lost", async stage =>
        {
            var waiting = await stage.StartAsync();
            await stage.Visitor.Context.SetOfflineAsync(true);
            await Expect(waiting.ConnectionLost).ToBeVisibleAsync();
        }) { NeedsScript = true, Updates = true },
        new("server-busy", async stage =>
        {
            await stage.StartAsync();
            await stage.Visitor.Context.RouteAsync("**/completed*", route => route.FulfillAsync(new() { Status = 429 }));
            await Expect(stage.Page.GetByText("The server is busy.")).ToBeVisibleAsync();
        }) { NeedsScript = true, Updates = true },
        new("result", async stage =>
        {
            await stage.StartAsync();
            stage.Work.Finish();
            await Expect(stage.Page.Locator("#outcome")).ToBeVisibleAsync();
        }),
        new("ready", async stage =>
        {
            await stage.StartAsync("/export");
            stage.Work.Finish();
            await stage.IsHeadedAsync("Your file is ready");
        }),
        new("failed", stage => FailAsync(stage, Environments.Production)),
        new("failed-in-development", stage => FailAsync(stage, Environments.Development)),
        new("not-done", async stage =>
        {
            await FailAsync(stage, Environments.Production);
            await stage.Visitor.Context.ClearCookiesAsync(new() { NameRegex = new Regex("Antiforgery") });
            await stage.Page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
            await stage.IsHeadedAsync("Send again");
        }),
        new("interrupted", async stage =>
        {
            await stage.StartAsync();
            await stage.Store.FinishAsync(await IdAsync(stage), 1, new ProcessOutcome(ProcessState.Interrupted));
            stage.Work.Finish();
            await stage.IsHeadedAsync("Interrupted");
        }),
        new("missed", async stage =>
        {
            await QueueAsync(stage);
            await stage.Store.MissUnknownAsync(new HashSet<ProcessType>(), TimeSpan.Zero);
            await stage.IsHeadedAsync("Not started");
        }),
        new("canceled-while-queued", async stage =>
        {
            await QueueAsync(stage);
            await stage.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
            await stage.IsHeadedAsync("Canceled");
        }),
        new("canceled-while-running", async stage =>
        {
            var waiting = await stage.StartAsync();
            await waiting.Cancel.ClickAsync();
            await stage.IsHeadedAsync("Canceled");
        }),
        new("gone", async stage =>
        {
            await stage.StartAsync();
            stage.Work.Finish();
            await Expect(stage.Page.Locator("#outcome")).ToBeVisibleAsync();
            stage.Later(new AsyncViewsOptions().ResultRetention);
            await stage.Store.SweepAsync();
            await stage.Visitor.ReloadAsync();
            await stage.IsHeadedAsync("This result has expired");
        }),
        new("sent-before", async stage =>
        {
            var form = await stage.OpenAsync();
            stage.Work.Finish();
            stage.StopClock();
            await form.SendUnseenAsync("Ada");
            var id = await IdAsync(stage);
            await Patience.UntilAsync(async () => (await stage.Store.FindAsync(id))!.State == ProcessState.Succeeded);
            await form.Name.FillAsync("Ada");
            await form.Start.ClickAsync();
            await stage.IsHeadedAsync("You sent this before");
        }),
        new("not-found", stage => GoAsync(stage, "/Work/result?process_id=00000000000000000000000000", "There is nothing here")),
        new("incomplete", stage => GoAsync(stage, "/Work/result", "The address is incomplete")),
        new("refused-by-the-owners-limit", async stage =>
        {
            await stage.StartAsync(configure: options => options.MaxLiveProcessesPerOwner = 1);
            await RefuseAsync(stage);
        }),
        new("refused-by-a-full-queue", async stage =>
        {
            await QueueAsync(stage);
            await RefuseAsync(stage);
        }),
        new("refused-by-the-application", async stage =>
        {
            await stage.OpenAsync(configure: options => options.AdmitAsync = _ => ValueTask.FromResult<string?>("We are closed until noon."));
            await RefuseAsync(stage);
        }),
        new("embedded-running", async stage =>
        {
            await stage.StartAsync();
            await stage.Work.ReportAsync(42.5, "Reading rows");
            await stage.Visitor.GoAsync($"/desk?id={await IdAsync(stage)}");
            await Expect(stage.Page.Locator(".av-embedded progress")).ToBeVisibleAsync();
        }) { Updates = true },
        new("embedded-ended", async stage =>
        {
            await FailAsync(stage, Environments.Production);
            await stage.Visitor.GoAsync($"/desk?id={await IdAsync(stage)}");
            await Expect(stage.Page.Locator(".av-embedded")).ToBeVisibleAsync();
        }),
        new("job-scheduled", async stage =>
        {
            await SendErrandAsync(stage, tomorrow: true);
            await Expect(stage.Page.GetByText("Starts at:")).ToBeVisibleAsync();
        }) { Updates = true },
        new("job-to-be-tried-again", async stage =>
        {
            await SendErrandAsync(stage);
            await stage.Work.StartedAsync();
            stage.Work.Fail("The shop was closed.");
            await Expect(stage.Page.GetByText("Waiting to retry").First).ToBeVisibleAsync();
        }) { Updates = true },
        new("job-done", async stage =>
        {
            await SendErrandAsync(stage);
            stage.Work.Finish();
            await stage.IsHeadedAsync("Done");
        }),
        new("unavailable", stage => BreakAsync(
            stage, nameof(IProcessStore.FindAsync), new StoreUnavailableException("Locked."), "Temporarily unavailable")),
        new("damaged", stage => BreakAsync(
            stage, nameof(IProcessStore.OpenResultAsync), new DamagedContentException("Cut short."), "This can no longer be shown")),
        .. ListStates.All,
        .. AdminStates.All,
    ];

    internal static async Task<ProcessId> IdAsync(Stage stage) => (await stage.Work.StartedAsync()).Id;

    /// <summary>One process runs, and a second one waits.</summary>
    private static async Task QueueAsync(Stage stage)
    {
        await stage.StartAsync(configure: options => (options.MaxConcurrentRuns, options.MaxQueueLength) = (1, 1));
        await (await stage.OpenAsync()).SubmitAsync("Grace");
    }

    private static async Task SendErrandAsync(Stage stage, bool tomorrow = false)
    {
        var form = await stage.OpenAsync("/errands");
        if (tomorrow)
            await stage.Page.GetByLabel("Tomorrow").CheckAsync();
        await form.Start.ClickAsync();
        await WaitingPage.ReachedAsync(stage.Page);
    }

    private static async Task RefuseAsync(Stage stage)
    {
        var form = await stage.OpenAsync();
        await form.Name.FillAsync("Edith");
        await form.Start.ClickAsync();
        await stage.IsHeadedAsync("Not accepted");
    }

    private static async Task FailAsync(Stage stage, string environment)
    {
        await stage.StartAsync(environment: environment);
        stage.Work.Fail("The file ended in the middle of a row.");
        await stage.IsHeadedAsync("Failed");
    }

    private static async Task GoAsync(Stage stage, string address, string heading)
    {
        await stage.OpenAsync();
        await stage.Visitor.GoAsync(address);
        await stage.IsHeadedAsync(heading);
    }

    /// <summary>The result was there; then the store cannot give it.</summary>
    private static async Task BreakAsync(Stage stage, string operation, Exception exception, string heading)
    {
        await stage.StartAsync();
        stage.Work.Finish();
        await Expect(stage.Page.Locator("#outcome")).ToBeVisibleAsync();
        FailingStore.Fail(stage.Store, operation, exception);

        // What was read of the store a moment ago is not read again.
        stage.Later(TimeSpan.FromMinutes(1));
        await stage.Visitor.ReloadAsync();
        await stage.IsHeadedAsync(heading);
    }
}
