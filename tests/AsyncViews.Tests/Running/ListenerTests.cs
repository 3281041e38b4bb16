using System.Diagnostics;
using System.Diagnostics.Metrics;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Running;

/// <summary>Loggers, and listeners to traces and metrics, that throw at everything: what has been accepted runs all the same.</summary>
public sealed class ListenerTests
{
    private readonly FakeTimeProvider _time = Clock.Start();

    [Fact]
    public async Task Dispatcher_ThatCannotSayThatTheStoreIsAway_GoesOn()
    {
        await using var site = await StartMuteAsync();
        var scheduled = await site.Jobs().ScheduleAsync(new Order("later"), new ScheduleOptions { NotBefore = _time.GetUtcNow().AddSeconds(10) });
        CountingStore.Of(site).IsAway = true;
        await site.Services.GetRequiredService<IProcessEngine>().WakeAsync();
        await SaysAsync(site, "The queue could not be read");

        CountingStore.Of(site).IsAway = false;

        await PassesUntilAsync(async () => (await site.Processes.GetStatusAsync(scheduled))!.State == ProcessState.Succeeded, TimeSpan.FromSeconds(1), "the run");
    }

    [Fact]
    public async Task Sweeper_ThatCannotSayThatTheStoreIsAway_GoesOn()
    {
        await using var site = await StartMuteAsync();
        CountingStore.Of(site).IsAway = true;
        await PassesUntilAsync(() => Task.FromResult(Says(site, "The sweep failed")), TimeSpan.FromMinutes(1), "a sweep that fails");
        var sweeps = CountingStore.Of(site).CallsOf(nameof(IProcessStore.SettleAsync));

        CountingStore.Of(site).IsAway = false;

        await PassesUntilAsync(() => Task.FromResult(CountingStore.Of(site).CallsOf(nameof(IProcessStore.SettleAsync)) > sweeps), TimeSpan.FromMinutes(1), "the next sweep");
    }

    /// <summary>It has a thread of its own, where what is thrown ends the program.</summary>
    [Fact]
    public async Task Heart_ThatCannotSayThatTheStoreIsAway_BeatsOn()
    {
        await using var site = await StartMuteAsync();
        CountingStore.Of(site).IsAway = true;
        site.Services.GetRequiredService<Heart>().BeatNow();
        await SaysAsync(site, "The heartbeat could not be stored");
        var beats = CountingStore.Of(site).CallsOf(nameof(IProcessStore.HeartbeatAsync));

        CountingStore.Of(site).IsAway = false;
        site.Services.GetRequiredService<Heart>().BeatNow();

        await Eventually.BeTrueAsync(() => CountingStore.Of(site).CallsOf(nameof(IProcessStore.HeartbeatAsync)) > beats, "the next beat");
    }

    [Fact]
    public async Task Schedule_ThatCannotBeLogged_IsAcceptedAndRuns()
    {
        await using var site = await StartMuteAsync();

        var id = await site.Jobs().ScheduleAsync(new Order("work"));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Schedule_WhoseMetricIsHeardByAListenerThatThrows_IsAcceptedAndRuns()
    {
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name == "asyncviews.submissions")
                own.EnableMeasurementEvents(instrument);
        };
        await using var site = await JobSite.StartAsync();
        var meters = site.Services.GetRequiredService<IMeterFactory>();
        listener.SetMeasurementEventCallback<long>((instrument, _, _, _) =>
        {
            if (instrument.Meter.Scope == meters)
                throw new InvalidOperationException("the listener");
        });
        listener.Start();

        var id = await site.Jobs().ScheduleAsync(new Order("work"));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Run_WhoseTraceIsHeardByAListenerThatThrows_Succeeds()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AsyncViews",
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Name == "run job:listened" ? throw new InvalidOperationException("the listener") : ActivitySamplingResult.None,
        };
        ActivitySource.AddActivityListener(listener);
        await using var site = await JobSite.StartAsync(configure: setup => setup.Services = services => services.AddAsyncViews().AddJob<ListenedJob>("listened"));

        var id = await site.Jobs().ScheduleAsync(new Listened(1));

        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    private Task<Site> StartMuteAsync() => JobSite.StartAsync(configure: setup =>
    {
        setup.Time = _time;
        setup.Services = services =>
        {
            CountingStore.Install(services);
            services.AddSingleton<ILoggerProvider, Mute>();
        };
    });

    /// <summary>The other loggers hear what one of them throws at.</summary>
    private static bool Says(Site site, string text) => site.Log.Entries.Any(entry => entry.Message.Contains(text));

    private static Task SaysAsync(Site site, string text) => Eventually.BeTrueAsync(() => Says(site, text), text);

    private Task PassesUntilAsync(Func<Task<bool>> condition, TimeSpan step, string what) => Eventually.BeTrueAsync(
        async () =>
        {
            _time.Advance(step);
            return await condition();
        },
        what);

    public sealed record Listened(int Number);

    public sealed class ListenedJob : IJob<Listened>
    {
        public Task RunAsync(Listened args, ProcessContext process, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
