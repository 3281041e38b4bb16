using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using AsyncViews.Diagnostics;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace AsyncViews.Tests.Diagnostics;

/// <summary>Traces and metrics of a process.</summary>
public class TelemetryTests
{
    [Fact]
    public async Task Run_HasATraceOfItsOwnThatLinksToThePosts()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "AsyncViews",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");
        var trace = ActivityTraceId.CreateRandom();

        var submitted = await browser.PostAsync("/Work", Browser.Form(token), ("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01"));
        await submitted.EndAsync();

        // Other tests run beside this one, and their activities are heard too.
        var run = ended.Single(activity => activity.Links.Any(link => link.Context.TraceId == trace));
        run.DisplayName.ShouldBe("run page:/Work");
        run.TraceId.ShouldNotBe(trace);
        run.ParentId.ShouldBeNull();
    }

    [Fact]
    public async Task Metrics_OfAProcess_TellWhatBecameOfIt()
    {
        var measured = new ConcurrentQueue<string>();
        await using var site = await Site.StartAsync((_, _, _) => throw new ArithmeticException());
        using var listener = new MeterListener();
        var meters = site.Services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Meter.Name == "AsyncViews" && instrument.Meter.Scope == meters)
                me.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => measured.Enqueue($"{instrument.Name} {value} {Write(tags)}"));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => measured.Enqueue($"{instrument.Name} {Write(tags)}"));
        listener.Start();
        using var browser = site.Browse();

        await (await browser.SubmitAsync("/Work")).EndAsync();

        measured.Order().ShouldBe(
        [
            "asyncviews.process.duration asyncviews.type=page:/Work asyncviews.state=Failed",
            "asyncviews.process.wait asyncviews.type=page:/Work",
            "asyncviews.processes.running -1 asyncviews.type=page:/Work",
            "asyncviews.processes.running 1 asyncviews.type=page:/Work",
            "asyncviews.submissions 1 asyncviews.type=page:/Work asyncviews.outcome=Added",
        ], ignoreOrder: true);
    }

    [Fact]
    public void Gauges_WhileTheStoreCannotBeUsed_SayThatAndTellNothingOld()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var telemetry = new Telemetry(meters, new SafeLogger<Telemetry>(NullLogger<Telemetry>.Instance));
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, me) =>
        {
            if (instrument.Meter.Scope == meters)
                me.EnableMeasurementEvents(instrument);
        };
        var measured = new List<string>();
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => measured.Add($"{instrument.Name} {value}"));
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => measured.Add($"{instrument.Name} {value}"));
        listener.Start();

        telemetry.Inspected(3, 2, 1, TimeSpan.FromSeconds(7));
        listener.RecordObservableInstruments();
        measured.ShouldBe(
            ["asyncviews.processes.queued 3", "asyncviews.processes.stuck 2", "asyncviews.types.unknown 1", "asyncviews.queue.oldest 7", "asyncviews.store.reachable 1"],
            ignoreOrder: true);

        measured.Clear();
        telemetry.NotInspected();
        listener.RecordObservableInstruments();
        measured.ShouldBe(["asyncviews.store.reachable 0"]);
    }

    [Fact]
    public async Task Log_OfAProcess_HasItsIdAndNothingOfItsContent()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work?q=canary1", ("Text", "canary2"));
        await submitted.ReadResultAsync();

        await Eventually.BeTrueAsync(() => Own().Contains($"Process {submitted.Id} ended: Succeeded."), "the log of the end");
        Own().ShouldContain($"Process {submitted.Id} accepted for page:/Work.");
        Own().ShouldAllBe(message => !message.Contains("canary"));

        IEnumerable<string> Own() => site.Log.Entries.Where(entry => entry.Category.StartsWith("AsyncViews.")).Select(entry => entry.Message);
    }

    private static string Write(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"));
}
