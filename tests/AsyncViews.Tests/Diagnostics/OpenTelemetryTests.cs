using System.Diagnostics;
using AsyncViews.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace AsyncViews.Tests.Diagnostics;

/// <summary>OpenTelemetry sees a whole process: its POST, its run and the request for its result, and what the metrics count.</summary>
public sealed class OpenTelemetryTests
{
    [Fact]
    public async Task Process_FromItsPostToItsResult_IsExportedAsTracesAndMetrics()
    {
        List<Activity> activities = [];
        List<Metric> metrics = [];
        await using var site = await Site.StartAsync(setup => setup.Services = services => services.AddOpenTelemetry()
            .WithTracing(traces => traces.AddSource("AsyncViews").AddAspNetCoreInstrumentation().AddProcessor(new SimpleActivityExportProcessor(new Kept(activities))))
            .WithMetrics(meters => meters.AddMeter("AsyncViews").AddInMemoryExporter(metrics)));
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");
        var (post, fetch) = (ActivityTraceId.CreateRandom(), ActivityTraceId.CreateRandom());

        var submitted = await browser.PostAsync("/Work", Browser.Form(token), ("traceparent", $"00-{post}-{ActivitySpanId.CreateRandom()}-01"));
        await submitted.EndAsync();
        using var result = await browser.GetAsync(submitted.Result, ("traceparent", $"00-{fetch}-{ActivitySpanId.CreateRandom()}-01"));
        await Eventually.BeTrueAsync(() => Of(fetch) is not null, "the trace of the result");

        var posted = Of(post).ShouldNotBeNull();
        posted.GetTagItem("http.request.method").ShouldBe("POST");
        posted.GetTagItem("http.response.status_code").ShouldBe(303);
        Activity run;
        lock (activities)
            run = activities.Single(activity => activity.Links.Any(link => link.Context.TraceId == post));
        run.Source.Name.ShouldBe("AsyncViews");
        run.DisplayName.ShouldBe("run page:/Work");
        Of(fetch)!.GetTagItem("http.response.status_code").ShouldBe(200);

        site.Services.GetRequiredService<MeterProvider>().ForceFlush().ShouldBeTrue();
        var names = metrics.Where(metric => metric.MeterName == "AsyncViews").Select(metric => metric.Name).Distinct().ToArray();
        foreach (var name in (string[])["asyncviews.submissions", "asyncviews.process.wait", "asyncviews.process.duration", "asyncviews.processes.running", "asyncviews.processes.queued", "asyncviews.polls.held", "asyncviews.store.reachable"])
            names.ShouldContain(name);

        Activity? Of(ActivityTraceId trace)
        {
            lock (activities)
                return activities.Find(activity => activity.TraceId == trace && activity.Source.Name == "Microsoft.AspNetCore");
        }
    }

    /// <summary>The in-memory exporter for several threads at once: requests of other tests are traced too.</summary>
    private sealed class Kept(List<Activity> activities) : BaseExporter<Activity>
    {
        public override ExportResult Export(in Batch<Activity> batch)
        {
            lock (activities)
            {
                foreach (var activity in batch)
                    activities.Add(activity);
            }

            return ExportResult.Success;
        }
    }
}
