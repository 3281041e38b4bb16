using AsyncViews.Management;
using AsyncViews.Storage;

namespace AsyncViews.Tests.Management;

/// <summary>How long the queue will take, from what the store tells.</summary>
public class QueueHealthTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Remaining_OfSeveralTypes_IsWhatTheyTakeOnAllWorkers()
    {
        var health = Of(workers: 2, new QueuedType("job:a", 6, TimeSpan.FromSeconds(10)), new QueuedType("job:b", 1, TimeSpan.FromSeconds(4)));

        health.RemainingSeconds.ShouldBe(32);
        health.Types.Select(type => type.RemainingSeconds).ShouldBe([30, 4]);
        health.IsRough.ShouldBeFalse();
    }

    [Fact]
    public void Remaining_WithMoreWorkersThanWork_IsTheLongestRun() =>
        Of(workers: 20, new QueuedType("job:a", 1, TimeSpan.FromSeconds(10)), new QueuedType("job:b", 2, TimeSpan.FromSeconds(4))).RemainingSeconds.ShouldBe(10);

    [Fact]
    public void Remaining_WithATypeThatHasNeverRun_IsRough()
    {
        var health = Of(workers: 1, new QueuedType("job:a", 2, TimeSpan.FromSeconds(10)), new QueuedType("job:new", 1, null));

        (health.RemainingSeconds, health.IsRough).ShouldBe((20, true));
        health.UnknownTypes.ShouldBe(["job:new"]);
        health.OldestWaitingSeconds.ShouldBe(90);
    }

    [Fact]
    public void Remaining_OfAnEmptyQueue_IsNotKnown()
    {
        var health = QueueHealth.Of(new StoreInspection(0, 0, null, 0, 0, []), new HashSet<string>(), 1, Now);

        (health.RemainingSeconds, health.OldestWaitingSeconds, health.IsRough).ShouldBe(((int?)null, (int?)null, false));
    }

    private static QueueHealth Of(int workers, params QueuedType[] types) =>
        QueueHealth.Of(new StoreInspection(0, types.Sum(type => type.Queued), Now.AddSeconds(-90), 0, 0, types), new HashSet<string> { "job:a", "job:b" }, workers, Now);
}
