using System.Text;
using AsyncViews.Storage;

namespace AsyncViews.Tests.Storage;

/// <content>Bytes that nobody has written: what they hit is lost, and nothing else.</content>
public sealed partial class SqliteStoreTests
{
    private const int PageSize = 4096;

    /// <summary>The rows that a page has room for, with those that their indexes have beside them.</summary>
    private const int OfOnePage = 12;

    [Theory]
    [InlineData("id = '0123456789abcdefghjkmnpqrs'")]
    [InlineData("id = 'x'")]
    [InlineData("state = 77")]
    [InlineData("type = ''")]
    [InlineData("owner = ''")]
    [InlineData("lane = ''")]
    [InlineData("created = -1")]
    [InlineData("rank = 99999999999")]
    [InlineData("fence = 99999999999")]
    public async Task Claim_WithARowThatIsDamaged_StartsAllOthers(string damage)
    {
        ProcessId[] ids = [await AddedAsync(), await AddedAsync(), await AddedAsync()];
        Execute($"UPDATE processes SET {damage} WHERE id = '{ids[0]}'");

        (await ClaimAllAsync(Store)).ShouldBe(ids[1..], ignoreOrder: true);

        (await Store.QueueDueAsync()).Next.ShouldBeNull();
        (await Store.ListAsync(new ProcessQuery { Count = 10 })).Select(record => record.Id).Intersect(ids[1..]).Count().ShouldBe(2);
    }

    [Fact]
    public async Task QueueDue_WithARowThatIsDueAndDamaged_DoesNotAskForEver()
    {
        var damaged = await AddedAsync(process => process with { Terms = new() { StartBefore = Now.AddSeconds(1) } });
        Execute($"UPDATE processes SET created = -1 WHERE id = '{damaged}'");
        Time.Advance(TimeSpan.FromSeconds(2));

        (await Store.QueueDueAsync()).Next.ShouldBe(Now.AddSeconds(15));
    }

    /// <summary>An entry of an index that no row has: the row was deleted, and the index not.</summary>
    [Fact]
    public async Task Claim_WithAPhantomInTheQueue_SetsItAsideAndStartsTheOthers()
    {
        var phantom = await AddedAsync();
        var sound = await AddedAsync();
        LeavePhantom(phantom);

        (await ClaimAllAsync(Store)).ShouldBe([sound]);

        (await InspectAsync()).SetAside.ShouldBe(1);
        (await Store.ClaimNextAsync(_types, 10)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_AfterAnUncleanStopWithADamagedIndex_BuildsItAnew()
    {
        var phantom = await AddedAsync();
        var sound = await AddedAsync();
        LeavePhantom(phantom);
        ((IDisposable)Store).Dispose();
        File.Delete(DatabasePath + ".closed");

        using var repaired = await OpenAsync();

        Said("were built anew").ShouldBeTrue(string.Join("\n", _log.Entries.Select(entry => entry.Message)));
        (await ClaimAllAsync(repaired)).ShouldBe([sound]);
        (await repaired.InspectAsync(TimeSpan.Zero)).SetAside.ShouldBe(0);
    }

    [Theory]
    [InlineData("trigger", "NEW.state", "NEW.kkate")]
    [InlineData("index", "WHERE state = 1", "WHERE state = 3")]
    [InlineData("index", "(rank, due", "(sank, due")]
    public async Task Open_WithAWrongDefinition_KeepsEveryProcess(string type, string right, string wrong)
    {
        var id = await AddedAsync();
        ((IDisposable)Store).Dispose();
        Misspell(type, right, wrong);

        using var rebuilt = await OpenAsync();

        (await ClaimAllAsync(rebuilt)).ShouldBe([id]);
        Said("up to 0 processes are lost").ShouldBeTrue(string.Join("\n", _log.Entries.Select(entry => entry.Message)));
    }

    /// <summary>The damaged file has left its place, its log and the new file have not.</summary>
    [Fact]
    public async Task Open_AfterAKillWithinARebuild_FinishesIt()
    {
        var id = await AddedAsync();
        ((IDisposable)Store).Dispose();
        File.Move(DatabasePath, DatabasePath + ".rebuilt");
        await File.WriteAllTextAsync(DatabasePath + ".damaged-4711", "what cannot be read");
        await File.WriteAllTextAsync(DatabasePath + "-wal", "its log");

        using var rebuilt = await OpenAsync();

        (await ClaimAllAsync(rebuilt)).ShouldBe([id]);
        (await File.ReadAllTextAsync(Directory.GetFiles(_folder.FullName, "*.damaged-*-wal").ShouldHaveSingleItem())).ShouldBe("its log");
        File.Exists(DatabasePath + ".rebuilt").ShouldBeFalse();
        Said("The last start ended before").ShouldBeTrue();
    }

    /// <summary>A copy of a damaged file never takes a sound one's place later.</summary>
    [Fact]
    public async Task Open_OfASoundFileAfterAKillWithinARebuild_DeletesWhatThatHasLeft()
    {
        var id = await AddedAsync();
        ((IDisposable)Store).Dispose();
        foreach (var left in new[] { ".rebuilding", ".rebuilt" })
            await File.WriteAllTextAsync(DatabasePath + left, "an older database");

        using var opened = await OpenAsync();

        (await ClaimAllAsync(opened)).ShouldBe([id]);
        Directory.GetFiles(_folder.FullName, "*.rebuil*").ShouldBeEmpty();
    }

    /// <summary>The operator has moved the damaged file away: what was left of the attempt is no database.</summary>
    [Fact]
    public async Task Open_AfterAKillWithinASalvage_DoesNotTakeWhatWasCopiedUntilThen()
    {
        await AddedAsync();
        ((IDisposable)Store).Dispose();
        File.Move(DatabasePath, DatabasePath + ".rebuilding");

        (await Should.ThrowAsync<InvalidOperationException>(async () => await OpenAsync())).Message.ShouldContain("is missing");
    }

    [Fact]
    public async Task Open_WithAWrongDefinitionOfTheTable_SaysThatItIsDamaged()
    {
        await AddedAsync();
        ((IDisposable)Store).Dispose();
        Misspell("table", "sealed_origin", "sealed_prigin");

        (await Should.ThrowAsync<InvalidOperationException>(async () => await OpenAsync())).Message.ShouldContain("is damaged");
    }

    [Fact]
    public async Task Read_ThatThrows_LeavesNoReaderBehind()
    {
        var id = await AddedAsync();
        Execute($"UPDATE processes SET created = -1 WHERE id = '{id}'");

        for (var i = 0; i < 20; i++)
            await Should.ThrowAsync<DamagedContentException>(async () => await Store.FindAsync(id));

        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(IsOfTheDatabase).ShouldBeLessThan(10);

        bool IsOfTheDatabase(string link) => new FileInfo(link).LinkTarget == DatabasePath;
    }

    [Fact]
    public async Task Open_AfterACleanStop_ChecksNothing()
    {
        (await OpenAsync()).Dispose();
        File.Exists(DatabasePath + ".closed").ShouldBeTrue();

        using var store = await OpenAsync();

        File.Exists(DatabasePath + ".closed").ShouldBeFalse("it would not be true after a crash");
    }

    [Fact]
    public async Task Open_WithADamagedTable_KeepsTheOthers()
    {
        List<ProcessId> ids = [];
        using (var store = await OpenAsync())
        {
            for (var i = 0; i < 60; i++)
                ids.Add(await AddToAsync(store, SomeBytes(500)));
            (await store.RequestCancelAsync(ids[0])).ShouldBe(CancelOutcome.Canceled);
        }

        // A number that is none, which only damage writes: its table refuses it.
        Execute("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, ' STRICT', '') WHERE name = 'messages'; PRAGMA writable_schema = RESET; ");
        Execute("INSERT INTO messages (process, sent, sealed) VALUES ('x', 'y', 'z')");
        Execute("PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = sql || ' STRICT' WHERE name = 'messages'; PRAGMA writable_schema = RESET; ");
        File.Delete(DatabasePath + ".closed");
        await DamageRowAsync(ids[^1]);

        using var rebuilt = await OpenAsync();

        (await rebuilt.FindAsync(ids[^1])).ShouldBeNull();
        (await rebuilt.ReadHoursAsync(Now.AddHours(-1))).ShouldHaveSingleItem().ShouldBe(new HourFigures(Now.AddTicks(-(Now.Ticks % TimeSpan.TicksPerHour)), ProcessState.Canceled, 1, TimeSpan.Zero));
    }

    /// <summary>As many places as the campaign says, or a few.</summary>
    [Fact]
    public async Task Bytes_ThatAreWrongAnywhere_HarmNobodyElse()
    {
        var places = int.TryParse(Environment.GetEnvironmentVariable("ASYNCVIEWS_CORRUPT_PLACES"), out var given) ? given : 12;
        const int Processes = 60;
        var random = new Random(4711);
        HashSet<ProcessId> ids = [];
        using (var store = await OpenAsync())
        {
            for (var i = 0; i < Processes; i++)
                ids.Add(await AddToAsync(store, SomeBytes(100 + (i * 20))));
        }

        var sound = await File.ReadAllBytesAsync(DatabasePath);
        for (var place = 0; place < places; place++)
        {
            var damaged = sound.ToArray();
            var isPage = place % 4 == 0;
            var at = isPage ? random.Next(1, sound.Length / PageSize) * PageSize : random.Next(sound.Length);
            random.NextBytes(damaged.AsSpan(at, isPage ? PageSize : 1 + random.Next(4)));
            Reset(damaged);
            try
            {
                using var store = await OpenAsync();
                var claimed = (await ClaimAllAsync(store)).Intersect(ids).Count();
                claimed.ShouldBeGreaterThanOrEqualTo(Processes - OfOnePage, $"{place}: {(isPage ? "page" : "bytes")} at {at}");
            }
            catch (InvalidOperationException exception) when (exception.Message.Contains("damaged"))
            {
                IsOfAll(sound.AsSpan(at / PageSize * PageSize, PageSize)).ShouldBeTrue($"{place}: refused for {(isPage ? "page" : "bytes")} at {at}: {exception.Message}");
            }
        }
    }

    /// <summary>The pages that every row depends on: those of the schema, the one with the store's key, and the one that tells where the rows are.</summary>
    private static bool IsOfAll(ReadOnlySpan<byte> page)
    {
        const byte NodeOfATable = 5;
        return page.StartsWith("SQLite"u8) || page[0] == NodeOfATable || page.IndexOf("CREATE "u8) >= 0 || page.IndexOf("key again"u8) >= 0;
    }

    /// <summary>Overwrites the page of the table that has the row.</summary>
    private async Task DamageRowAsync(ProcessId id)
    {
        const byte LeafOfATable = 13;
        var database = await File.ReadAllBytesAsync(DatabasePath);
        var page = Enumerable.Range(0, database.Length / PageSize)
            .Single(page => database[page * PageSize] == LeafOfATable && database.AsSpan(page * PageSize, PageSize).IndexOf(Encoding.ASCII.GetBytes(id.ToString())) >= 0);
        new Random(4711).NextBytes(database.AsSpan(page * PageSize, PageSize));
        Reset(database);
    }

    private void Reset(byte[] database)
    {
        foreach (var part in Directory.GetFiles(_folder.FullName, "test.db*"))
            File.Delete(part);
        File.WriteAllBytes(DatabasePath, database);
    }

    /// <summary>Takes a row out of the table and leaves it in the index of the queue, which SQLite never does: the index is given another name meanwhile.</summary>
    private void LeavePhantom(ProcessId id)
    {
        const string Hide = "UPDATE sqlite_schema SET sql = replace(sql, 'WHERE state = 1', 'WHERE state = 99') WHERE name = 'queued'";
        const string Show = "UPDATE sqlite_schema SET sql = replace(sql, 'WHERE state = 99', 'WHERE state = 1') WHERE name = 'queued'";
        Execute($"PRAGMA writable_schema = 1; {Hide}; PRAGMA writable_schema = RESET; ");
        Execute($"DELETE FROM processes WHERE id = '{id}'");
        Execute($"PRAGMA writable_schema = 1; {Show}; PRAGMA writable_schema = RESET; ");
    }

    /// <summary>Writes into a definition as damage would, and without a clean stop.</summary>
    private void Misspell(string type, string right, string wrong)
    {
        Execute($"PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, '{right}', '{wrong}') WHERE type = '{type}' AND tbl_name = 'processes'; PRAGMA writable_schema = RESET; ");
        File.Delete(DatabasePath + ".closed");
    }

    private async Task<List<ProcessId>> ClaimAllAsync(IProcessStore store)
    {
        List<ProcessId> claimed = [];
        IReadOnlyList<ClaimedProcess> next;
        while ((next = await store.ClaimNextAsync(_types, 7)).Count > 0)
            claimed.AddRange(next.Select(process => process.Record.Id));
        return claimed;
    }
}
