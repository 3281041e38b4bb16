using AsyncViews.Management;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AsyncViews.Tests.Jobs;

/// <summary>Pages and jobs under a quota: how many run at once, and what becomes of the others.</summary>
public class QuotaTests
{
    [Fact]
    public async Task Quota_OfAPageAndAJob_LetsOneRunAtATimeAndDelaysNobodyElse()
    {
        var gate = new Gate();
        var (running, most) = (0, 0);
        await using var site = await JobSite.StartAsync(async (text, _, cancellationToken) =>
        {
            if (text == "other")
                return null;

            most = Math.Max(most, Interlocked.Increment(ref running));
            if (text == "first")
                await gate.PassAsync(cancellationToken);
            Interlocked.Decrement(ref running);
            return null;
        }, setup =>
        {
            setup.Options = options => options.Quotas["licence"] = 1;
            setup.Services = services =>
            {
                services.AddHealthChecks().AddAsyncViews();
                services.AddAsyncViews().AddJob<LicensedJob>("licensed");
            };
        });
        var first = await site.Jobs().ScheduleAsync(new Licensed("first"));
        await gate.Entered;
        ProcessId[] waiting = [await site.Jobs().ScheduleAsync(new Licensed("second")), await site.Jobs().ScheduleAsync(new Licensed("third"))];
        var retried = await site.Jobs().ScheduleAsync(new Licensed("fails once"));

        (await site.EndOfAsync(await site.Jobs().ScheduleAsync(new Order("other")))).State.ShouldBe(ProcessState.Succeeded);

        (await site.Processes.GetStatusAsync(waiting[0]))!.ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(ProcessState.Queued),
            status => status.Quota.ShouldBe("licence"),
            status => status.Position.ShouldBe(1));
        (await site.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.ShouldHaveSingleItem().Value.Data["quotas"]
            .ShouldBeAssignableTo<IReadOnlyList<QuotaHealth>>()!.ShouldBe([new QuotaHealth("licence", 1, 1, 3)]);

        gate.Open();

        foreach (var id in (ProcessId[])[first, .. waiting, retried])
            (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
        most.ShouldBe(1);
    }

    [Fact]
    public async Task Health_WhileAQuotaIsFull_IsNoStall()
    {
        var gate = new Gate();
        var time = Clock.Start();
        await using var site = await JobSite.StartAsync(async (_, _, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return null;
        }, setup =>
        {
            setup.Time = time;
            setup.Options = options => options.Quotas["licence"] = 1;
            setup.Services = services =>
            {
                services.AddHealthChecks().AddAsyncViews();
                services.AddAsyncViews().AddJob<LicensedJob>("licensed");
            };
        });
        await site.Jobs().ScheduleAsync(new Licensed("first"));
        await gate.Entered;
        await site.Jobs().ScheduleAsync(new Licensed("second"));

        for (var i = 0; i < 12; i++)
        {
            time.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
            (await site.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status.ShouldBe(HealthStatus.Healthy);
        }

        gate.Open();
    }

    /// <summary>A release may take a job out of its quota. What was accepted before stays under it.</summary>
    [Fact]
    public async Task Stall_OfWhatWasAcceptedUnderAFullQuota_IsNone_WhateverItsJobSaysNow()
    {
        var gate = new Gate();
        await using var site = await JobSite.StartAsync(async (_, _, cancellationToken) =>
        {
            await gate.PassAsync(cancellationToken);
            return null;
        }, setup =>
        {
            setup.Options = options => options.Quotas["licence"] = 1;
            setup.Services = services => services.AddAsyncViews().AddJob<LicensedJob>("licensed");
        });
        await site.Jobs().ScheduleAsync(new Licensed("first"));
        await gate.Entered;
        var store = site.Services.GetRequiredService<IProcessStore>();
        await using var body = store.CreateContent();
        var accepted = new NewProcess { Id = ProcessId.New(), Type = ProcessType.OfJob("order"), Owner = "ann", Lane = "ann", IsLimited = false, Quota = "licence", Submission = "{}"u8.ToArray(), Body = body };

        (await store.AddAsync(accepted)).Outcome.ShouldBe(AddOutcome.Added);

        var (quotas, inspection) = (site.Services.GetRequiredService<Quotas>(), await store.InspectAsync(TimeSpan.FromSeconds(60)));
        quotas.IsAnyStartable(inspection).ShouldBeFalse();
        quotas.CountStartable(inspection.Types.ShouldHaveSingleItem(), inspection).ShouldBe(0);
        gate.Open();
    }

    [Fact]
    public async Task Quota_ThatTheOptionsDoNotHave_IsRefusedAtStart()
    {
        (await Should.ThrowAsync<OptionsValidationException>(() => JobSite.StartAsync(configure: setup =>
            setup.Services = services => services.AddAsyncViews().AddJob<LicensedJob>("licensed")))).Message.ShouldContain("The job licensed is under the quota 'licence'");
        (await Should.ThrowAsync<InvalidOperationException>(() => Site.StartAsync(setup => setup.Misuse = "Quota"))).Message.ShouldContain("options.Quotas[\"nobody knows\"] = 1");
    }

    [Theory]
    [InlineData("reports", 0)]
    [InlineData("reports", 100_001)]
    [InlineData("two words", 1)]
    [InlineData("", 1)]
    public async Task Quota_OfSuchANameOrLimit_IsRefusedAtStart(string name, int limit) =>
        (await Should.ThrowAsync<OptionsValidationException>(() => Site.StartAsync(setup => setup.Options = options => options.Quotas[name] = limit))).Message.ShouldContain($"Quotas contains '{name}'");

    private sealed record Licensed(string Text);

    [Quota("licence"), RetryOnFailure(2, FirstDelaySeconds = 0)]
    private sealed class LicensedJob(JobScript script) : IJob<Licensed>
    {
        public async Task RunAsync(Licensed args, ProcessContext process, CancellationToken cancellationToken)
        {
            await script.RunAsync(args.Text, process, cancellationToken);
            if (args.Text == "fails once" && process.Attempt == 1)
                throw new InvalidOperationException("It fails once.");
        }
    }
}
