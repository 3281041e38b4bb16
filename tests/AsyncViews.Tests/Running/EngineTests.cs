using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Running;

/// <summary>An engine in the place of the in-process one: it is told what it needs, and the workers are the same.</summary>
public class EngineTests
{
    [Fact]
    public async Task Engine_InPlaceOfTheInProcessOne_RunsWhatItPermitsAndNothingElseDoes()
    {
        await using var site = await StartAsync();
        var engine = EngineOf(site);
        engine.IsStarted.ShouldBeTrue();
        var first = await site.Jobs().ScheduleAsync(new Order("first"));
        var second = await site.Jobs().ScheduleAsync(new Order("second"), new ScheduleOptions { Priority = 100 });
        await Eventually.BeTrueAsync(() => engine.Wakes > 1, "sweeps that started nothing");
        site.Services.GetRequiredService<JobScript>().Runs.ShouldBe(0);

        (await engine.PermitAsync()).ShouldBe(RunOutcome.Ran);
        (await StateAsync(site, second)).ShouldBe(ProcessState.Succeeded);
        (await StateAsync(site, first)).ShouldBe(ProcessState.Queued);
        (await engine.PermitAsync()).ShouldBe(RunOutcome.Ran);
        (await engine.PermitAsync()).ShouldBe(RunOutcome.NothingToRun);

        (await StateAsync(site, first)).ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Schedule_OfAJob_TellsTheEngineWhenAndHow()
    {
        await using var site = await StartAsync();
        var (due, before) = (TimeProvider.System.GetUtcNow().AddHours(1), TimeProvider.System.GetUtcNow().AddHours(2));

        var id = await site.Jobs().ScheduleAsync(new Order("later"), new ScheduleOptions { NotBefore = due, StartBefore = before, Priority = 7 });

        EngineOf(site).Scheduled.ShouldBe([new WaitingProcess(id, ProcessType.OfJob("order"), due, before, 7)]);
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.NothingToRun);
    }

    [Fact]
    public async Task Engine_ThatStartsAtOnce_IsNotToldOfWhatAFreeWorkerTakes()
    {
        var folder = Directory.CreateTempSubdirectory("asyncviews-engine-");
        try
        {
            await using var site = await StartAsync(services: services => services.AddAsyncViews().UseSqlite($"Data Source={folder.FullName}/jobs.db"));
            EngineOf(site).StartsAtOnce = true;

            var id = await site.Jobs().ScheduleAsync(new Order("at once"));

            (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
            EngineOf(site).Scheduled.ShouldBeEmpty();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Schedule_BehindAGroup_TellsTheEngineOnceNothingIsWaitedFor()
    {
        await using var site = await StartAsync();
        var member = await site.Jobs().ScheduleAsync(new Order("member"), new ScheduleOptions { Group = "g" });
        var behind = await site.Jobs().ScheduleAsync(new Order("behind"), new ScheduleOptions { AfterGroup = "g" });
        Told().ShouldBe([member]);

        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Ran);
        await Eventually.BeTrueAsync(() => Told().Contains(behind), "the one behind is released");
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Ran);
        var late = await site.Jobs().ScheduleAsync(new Order("late"), new ScheduleOptions { AfterGroup = "g" });

        Told().ShouldBe([member, behind, late]);

        ProcessId[] Told() => [.. EngineOf(site).Scheduled.Select(process => process.Id)];
    }

    [Fact]
    public async Task Submission_OfAPage_TellsTheEngine()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        EngineOf(site).Scheduled.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            process => process.Id.ShouldBe(submitted.Id),
            process => process.Type.ShouldBe(ProcessType.OfPage("/Work")),
            process => process.Due.ShouldBeNull());
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Ran);
        (await submitted.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task Attempt_ThatIsTriedAgain_IsToldToTheEngineWithItsTime()
    {
        await using var site = await StartAsync((_, _, _) => throw new IOException("not yet"));
        var id = await site.Jobs().ScheduleAsync(new Errand(1));

        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Ran);

        var waiting = (await site.Services.GetRequiredService<IProcessStore>().FindAsync(id))!;
        waiting.State.ShouldBe(ProcessState.Scheduled);
        EngineOf(site).Scheduled.ShouldBe([new WaitingProcess(id, ProcessType.OfJob("errand"), null, null, 5), new WaitingProcess(id, ProcessType.OfJob("errand"), waiting.Terms.NotBefore, null, 4)]);
    }

    [Fact]
    public async Task Cancel_OfWhatWaits_IsToldToTheEngine()
    {
        await using var site = await StartAsync();
        var canceled = await site.Jobs().ScheduleAsync(new Order("canceled"));
        var descheduled = await site.Jobs().ScheduleAsync(new Order("descheduled"));
        var removed = await site.Jobs().ScheduleAsync(new Order("removed"));

        await site.Processes.CancelAsync(canceled);
        await site.Jobs().DescheduleAsync(new Order("descheduled"));
        await site.Processes.RemoveAsync(removed);

        EngineOf(site).Canceled.ShouldBe([canceled, descheduled, removed]);
    }

    [Fact]
    public async Task Engine_ThatCannotBeTold_IsNoErrorOfWhoeverStored()
    {
        await using var site = await StartAsync();
        EngineOf(site).Failure = new IOException("the scheduler's database is away");
        using var browser = site.Browse();

        var page = await browser.SubmitAsync("/Work");
        var job = await site.Jobs().ScheduleAsync(new Order("kept"));
        (await site.Processes.CancelAsync(job)).ShouldBe(CancelOutcome.Canceled);

        var before = EngineOf(site).Wakes;
        await Eventually.BeTrueAsync(() => EngineOf(site).Wakes > before + 1, "the sweeps go on");
        site.Log.Entries.ShouldContain(entry => entry.Message.Contains($"could not be told of process {page.Id}"));
        EngineOf(site).Failure = null;
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Ran);
        (await page.EndAsync()).ShouldBe("succeeded");
    }

    [Fact]
    public async Task Permit_WhileTheStoreIsAway_SaysSo()
    {
        await using var site = await StartAsync(services: CountingStore.Install);
        await site.Jobs().ScheduleAsync(new Order("kept"));

        CountingStore.Of(site).IsAway = true;
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.StoreUnavailable);
        CountingStore.Of(site).IsAway = false;

        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Ran);
    }

    [Fact]
    public async Task Handover_OfAnId_RunsThatOne()
    {
        await using var site = await StartAsync();
        var workers = site.Services.GetRequiredService<Workers>();
        var first = await site.Jobs().ScheduleAsync(new Order("first"));
        var second = await site.Jobs().ScheduleAsync(new Order("second"));

        (await workers.RunAsync(second)).ShouldBe(RunOutcome.Ran);
        (await workers.RunAsync(second)).ShouldBe(RunOutcome.NothingToRun);

        (await StateAsync(site, first)).ShouldBe(ProcessState.Queued);
    }

    /// <summary>A newer node has accepted it.</summary>
    [Fact]
    public async Task Handover_OfATypeThatThisNodeDoesNotKnow_LeavesItForOthers()
    {
        await using var site = await StartAsync();
        var store = site.Services.GetRequiredService<IProcessStore>();
        await using var body = store.CreateContent();
        var id = ProcessId.New();
        await store.AddAsync(new NewProcess { Id = id, Type = ProcessType.OfJob("newer"), Owner = "", Submission = new byte[1], Body = body });

        (await site.Services.GetRequiredService<Workers>().RunAsync(id)).ShouldBe(RunOutcome.NothingToRun);

        (await StateAsync(site, id)).ShouldBe(ProcessState.Queued);
    }

    [Fact]
    public async Task Stop_OfTheHost_StopsTheEngineAndAwaitsWhatItPermitted()
    {
        var gate = new Gate();
        await using var site = await StartAsync(async (_, _, token) =>
        {
            await gate.PassAsync(token);
            return null;
        });
        var id = await site.Jobs().ScheduleAsync(new Order("long"));
        var permit = EngineOf(site).PermitAsync();
        await gate.Entered;

        var stopping = site.StopAsync();
        await Eventually.BeTrueAsync(() => EngineOf(site).IsStopped, "the stop of the engine");
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Stopping);
        gate.Open();
        await stopping.Soon("the stop of the host");

        (await permit).ShouldBe(RunOutcome.Ran);
        (await site.Services.GetRequiredService<IProcessStore>().FindAsync(id))!.State.ShouldBe(ProcessState.Succeeded);
    }

    private static PermitEngine EngineOf(Site site) => (PermitEngine)site.Services.GetRequiredService<IProcessEngine>();

    private static async Task<ProcessState> StateAsync(Site site, ProcessId id) => (await site.Processes.GetStatusAsync(id))!.State;

    private static Task<Site> StartAsync(
        Func<string, ProcessContext, CancellationToken, Task<object?>>? run = null, Action<IServiceCollection>? services = null) => JobSite.StartAsync(run, setup =>
    {
        setup.Options = options => options.SweepInterval = TimeSpan.FromMilliseconds(100);
        setup.Services = all =>
        {
            all.Replace(ServiceDescriptor.Singleton<IProcessEngine, PermitEngine>());
            services?.Invoke(all);
        };
    });
}
