using System.Text.Json;
using AsyncViews.Commands;
using AsyncViews.Management;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AsyncViews.Tests.Management;

/// <summary>How long the queue will take, from what the store tells.</summary>
public class QueueHealthTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Remaining_OfSeveralTypes_IsWhatTheyTakeOnAllWorkers()
    {
        var health = Of(workers: 2, new QueuedType(ProcessType.OfJob("a"), 6, TimeSpan.FromSeconds(10)), new QueuedType(ProcessType.OfJob("b"), 1, TimeSpan.FromSeconds(4)));

        health.RemainingSeconds.ShouldBe(32);
        health.Types.Select(type => type.RemainingSeconds).ShouldBe([30, 4]);
        health.IsRough.ShouldBeFalse();
    }

    [Fact]
    public void Remaining_WithMoreWorkersThanWork_IsTheLongestRun() =>
        Of(workers: 20, new QueuedType(ProcessType.OfJob("a"), 1, TimeSpan.FromSeconds(10)), new QueuedType(ProcessType.OfJob("b"), 2, TimeSpan.FromSeconds(4))).RemainingSeconds.ShouldBe(10);

    [Fact]
    public void Remaining_WithATypeThatHasNeverRun_IsRough()
    {
        var health = Of(workers: 1, new QueuedType(ProcessType.OfJob("a"), 2, TimeSpan.FromSeconds(10)), new QueuedType(ProcessType.OfJob("new"), 1, null));

        (health.RemainingSeconds, health.IsRough).ShouldBe((20, true));
        health.UnknownTypes.ShouldBe(["job:new"]);
        health.OldestWaitingSeconds.ShouldBe(90);
    }

    [Fact]
    public void Remaining_OfAnEmptyQueue_IsNotKnown()
    {
        var health = QueueHealth.Of(new StoreInspection(0, 0, null, 0, 0, []), new HashSet<ProcessType>(), 1, Now);

        (health.RemainingSeconds, health.OldestWaitingSeconds, health.IsRough).ShouldBe(((int?)null, (int?)null, false));
    }

    [Fact]
    public async Task Health_OfWhatHasEnded_IsInTheCheckAndInTheCommand()
    {
        await using var site = await JobSite.StartAsync(
            (order, _, _) => order == "bad" ? throw new ArithmeticException() : Task.FromResult<object?>(null),
            setup => setup.Services = services => services.AddHealthChecks().AddAsyncViews());
        foreach (var order in (string[])["good", "good", "bad"])
            await site.EndOfAsync(await site.Jobs().ScheduleAsync(new Order(order)));
        await site.Processes.CancelAsync(await site.Jobs().ScheduleAsync(new Errand(1), new ScheduleOptions { NotBefore = TimeProvider.System.GetUtcNow().AddHours(1) }));
        var failedAt = (await site.Processes.ListAllAsync()).Single(status => status.State == ProcessState.Failed).EndedAt.ShouldNotBeNull();

        var health = (await site.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["asyncviews"];
        var json = JsonDocument.Parse(await RunAsync("--json")).RootElement;
        var text = await RunAsync();

        health.Status.ShouldBe(HealthStatus.Healthy);
        var ended = health.Data["ended"].ShouldBeAssignableTo<IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>>>()!;
        ended.Keys.ShouldBe(["job:errand", "job:order"]);
        ended["job:order"].ShouldBe(new Dictionary<string, int> { ["succeeded"] = 2, ["failed"] = 1 });
        health.Data["lastFailureAt"].ShouldBe(failedAt);
        json.GetProperty("ended").GetRawText().ReplaceLineEndings("").Replace(" ", "").ShouldBe("""{"job:errand":{"canceled":1},"job:order":{"succeeded":2,"failed":1}}""");
        json.GetProperty("lastFailureAt").GetDateTimeOffset().ShouldBe(failedAt);
        text.ShouldContain("job:order: 2 succeeded, 1 failed");
        text.ShouldContain($"last failure: {failedAt:u}");

        async Task<string> RunAsync(params string[] words)
        {
            await using var output = new StringWriter();
            var command = site.Services.GetServices<Command>().Single(command => command.Name == "queue-health");
            (await command.RunAsync(words, output, CancellationToken.None)).ShouldBe(Command.Done);
            return output.ToString();
        }
    }

    private static QueueHealth Of(int workers, params QueuedType[] types) =>
        QueueHealth.Of(new StoreInspection(0, types.Sum(type => type.Queued), Now.AddSeconds(-90), 0, 0, types), new HashSet<ProcessType> { ProcessType.OfJob("a"), ProcessType.OfJob("b") }, workers, Now);
}
