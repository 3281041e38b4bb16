using AsyncViews.Running;

namespace AsyncViews.Tests.Running;

public class OfferedWorkerTests
{
    [Fact]
    public void TryTake_WithoutAPlaceForAnonymousPeople_CallsWhoFoundNoneMeanwhile()
    {
        var room = new Room(1);
        var free = new List<int>();
        using var worker = new OfferedWorker(room, new Room(0), isAnonymous: true, () => free.Add(room.Free), CancellationToken.None);

        worker.TryTake().ShouldBeFalse();

        free.ShouldBe([1]);
    }

    [Fact]
    public void GiveBack_TellsWhetherNoPlaceWasFree()
    {
        var room = new Room(2);
        room.TakeFree(2).ShouldBe(2);

        (room.GiveBack(1), room.GiveBack(1), room.GiveBack(0)).ShouldBe((true, false, false));
        room.Free.ShouldBe(2);
    }
}
