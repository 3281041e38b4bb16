using AsyncViews.Sqlite;

namespace AsyncViews.Tests.Storage;

/// <content>What a sweep removes, and the room that it needs for it.</content>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task Sweep_OfMoreThanASlice_RemovesItAll()
    {
        for (var i = 0; i < 40; i++)
            await SucceededAsync(await AddedAsync(), SomeBytes(60_000));
        Time.Advance(Options.ResultRetention);

        (await Store.SweepAsync()).ShouldBe(40);

        Query("PRAGMA freelist_count").ShouldBe(0);
        new FileInfo(DatabasePath).Length.ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public async Task Ballast_WithRoomToSpare_IsMadeByTheSweep()
    {
        Options.MinFreeDiskBytes = 0;

        await Store.SweepAsync();

        new FileInfo(DatabasePath + ".ballast").Length.ShouldBe(16 << 20);
    }

    [Fact]
    public void Ballast_ThatIsMissing_HasItsRoomKept()
    {
        var ballast = new Ballast(Path.Combine(_folder.FullName, "room"));
        ballast.MissingBytes.ShouldBe(16 << 20);

        ballast.Renew(spareBytes: 64 << 20);
        ballast.MissingBytes.ShouldBe(0);
        new Ballast(Path.Combine(_folder.FullName, "room")).MissingBytes.ShouldBe(0);

        ballast.GiveUp().ShouldBeTrue();
        ballast.MissingBytes.ShouldBe(16 << 20);
    }

    [Fact]
    public async Task Ballast_WithoutRoomToSpare_IsNotMade()
    {
        Options.MinFreeDiskBytes = long.MaxValue;

        await Store.SweepAsync();

        File.Exists(DatabasePath + ".ballast").ShouldBeFalse();
    }
}
