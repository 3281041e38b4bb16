using System.Diagnostics.Metrics;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AsyncViews.Tests.Running;

/// <summary>The work is done, and its end finds no room.</summary>
public sealed class UnstoredEndTests
{
    private readonly FakeTimeProvider _time = Clock.Start();

    [Fact]
    public async Task Result_ThatFindsNoRoom_EndsAsDoneAndNotShown()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        CountingStore.Of(site).Refuses = outcome => outcome.Body is not null;
        var submitted = await browser.SubmitAsync("/Work");
        await WaitsAsync(site);

        await PassesUntilAsync(() => EndsAsync(site, submitted, ProcessState.Failed));

        (await site.Processes.GetStatusAsync(submitted.Id))!.Reason.ShouldBe(ProcessReason.ResultNotShown);
    }

    [Fact]
    public async Task Result_ThatFindsRoomInTheEnd_IsShown()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        CountingStore.Of(site).Refuses = _ => true;
        var submitted = await browser.SubmitAsync("/Work");
        await WaitsAsync(site);
        _time.Advance(TimeSpan.FromSeconds(1));

        CountingStore.Of(site).Refuses = _ => false;

        await PassesUntilAsync(() => EndsAsync(site, submitted, ProcessState.Succeeded));
        (await HealthAsync(site)).Status.ShouldBe(HealthStatus.Healthy);
    }

    [Fact]
    public async Task Result_OfAStoreThatIsAwayForMinutes_IsShownWhenItIsBack()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        var withoutResult = 0;
        CountingStore.Of(site).Refuses = outcome => outcome.Body is not null || ++withoutResult > 0;
        var submitted = await browser.SubmitAsync("/Work");
        await WaitsAsync(site);
        await PassesUntilAsync(() => Task.FromResult(withoutResult >= 3));

        CountingStore.Of(site).Refuses = _ => false;

        await PassesUntilAsync(() => EndsAsync(site, submitted, ProcessState.Succeeded));
    }

    /// <summary>The log may be on the disk that has no room.</summary>
    [Fact]
    public async Task EndThatIsTriedEverySecond_IsSaidOnceAMinute()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        var (tries, began) = (0, _time.GetUtcNow());
        CountingStore.Of(site).Refuses = _ => ++tries > 0;
        await browser.SubmitAsync("/Work");
        await WaitsAsync(site);

        await PassesUntilAsync(() => Task.FromResult(tries >= 10));

        site.Log.Entries.Count(entry => entry.Message.Contains("could not be stored. Retrying")).ShouldBeInRange(1, 1 + (int)(_time.GetUtcNow() - began).TotalMinutes);
    }

    [Fact]
    public async Task Cancel_OfAnEndThatWaits_DoesNotWaitForTheNextTry()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        CountingStore.Of(site).Refuses = outcome => outcome.Body is not null;
        var submitted = await browser.SubmitAsync("/Work");
        await WaitsAsync(site);

        (await site.Processes.CancelAsync(submitted.Id)).ShouldBe(CancelOutcome.Requested);

        await Eventually.BeTrueAsync(() => EndsAsync(site, submitted, ProcessState.Failed), "the end of what was canceled");
    }

    [Fact]
    public async Task Stop_WhileAnEndWaits_DoesNotWaitForTheNextTry()
    {
        await using var site = await StartAsync(TimeSpan.Zero);
        using var browser = site.Browse();
        CountingStore.Of(site).Refuses = _ => true;
        await browser.SubmitAsync("/Work");
        await WaitsAsync(site);

        var stopping = site.StopAsync();

        await Eventually.BeTrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(1));
                return stopping.IsCompleted;
            },
            "the host's stop");
    }

    [Fact]
    public async Task End_ThatIsNeverStored_IsToldByTheHealthCheckAndFreesItsWorker()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        CountingStore.Of(site).Refuses = outcome => outcome.State == ProcessState.Failed || outcome.Body is not null;
        await browser.SubmitAsync("/Work");
        await WaitsAsync(site);
        var health = await HealthAsync(site);
        (health.Status, health.Data["unstoredEnds"]).ShouldBe((HealthStatus.Degraded, 1));

        await PassesUntilAsync(async () => (int)(await HealthAsync(site)).Data["unstoredEnds"] == 0);

        CountingStore.Of(site).Refuses = _ => false;
        var next = await browser.SubmitAsync("/Work");
        await PassesUntilAsync(() => EndsAsync(site, next, ProcessState.Succeeded));
    }

    [Fact]
    public async Task HealthCheck_OfAStoreThatDoesNotAnswer_SaysSo()
    {
        await using var site = await StartAsync();
        var store = CountingStore.Of(site);
        store.Answers.Reset();

        var checks = Task.WhenAll(HealthAsync(site), HealthAsync(site));
        await PassesUntilAsync(() => Task.FromResult(checks.IsCompleted));

        store.Answers.Set();
        (await checks).ShouldAllBe(health => health.Status == HealthStatus.Unhealthy);
        await Eventually.BeTrueAsync(async () => (await HealthAsync(site)).Status == HealthStatus.Healthy, "an answer");
    }

    [Fact]
    public async Task Run_WhoseMetricsAreHeardByAListenerThatThrows_EndsAllTheSame()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name.StartsWith("asyncviews.process.", StringComparison.Ordinal))
                own.EnableMeasurementEvents(instrument);
        };
        await using var site = await StartAsync();
        var meters = site.Services.GetRequiredService<IMeterFactory>();
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) =>
        {
            if (instrument.Meter.Scope == meters)
                throw new InvalidOperationException("the listener");
        });
        listener.Start();
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        await Eventually.BeTrueAsync(() => EndsAsync(site, submitted, ProcessState.Succeeded), "the end of the run");
    }

    private Task<Site> StartAsync(TimeSpan? shutdownTimeout = null) => Site.StartAsync(setup =>
    {
        setup.Time = _time;
        setup.ShutdownTimeout = shutdownTimeout ?? setup.ShutdownTimeout;
        setup.Options = options => (options.MaxConcurrentRuns, options.FastEndWait) = (1, TimeSpan.Zero);
        setup.Services = services =>
        {
            CountingStore.Install(services);
            services.AddHealthChecks().AddAsyncViews();
        };
    });

    private static async Task<HealthReportEntry> HealthAsync(Site site) =>
        (await site.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["asyncviews"];

    private static Task WaitsAsync(Site site) =>
        Eventually.BeTrueAsync(() => site.Log.Entries.Any(entry => entry.Message.Contains("could not be stored. Retrying")), "an end that waits");

    private static async Task<bool> EndsAsync(Site site, Submitted submitted, ProcessState state) =>
        (await site.Processes.GetStatusAsync(submitted.Id))!.State == state;

    private Task PassesUntilAsync(Func<Task<bool>> condition) => Eventually.BeTrueAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return condition();
        },
        "what time brings");
}
