using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;
using AsyncViews.Sqlite;
using AsyncViews.Storage;
using AsyncViews.Testing;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Storage;

/// <content>What is opened, and what is refused.</content>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task Open_WithAnotherKeyRing_AcceptsStartsAndEndsNothing()
    {
        ProcessId queued, running;
        using (var store = await OpenAsync())
        {
            queued = await AddToAsync(store, []);
            running = await AddToAsync(store, []);
            await store.ClaimAsync(running);
        }

        var ring = Path.Combine(_folder.FullName, "test-keys");
        Directory.Move(ring, ring + ".kept");
        Directory.CreateDirectory(ring);
        using (var store = await OpenAsync())
        {
            Should.Throw<StoreUnavailableException>(() => store.DeriveKey("purpose"));
            await Should.ThrowAsync<StoreUnavailableException>(() => AddToAsync(store, []));
            await Should.ThrowAsync<StoreUnavailableException>(async () => await store.InspectAsync(TimeSpan.Zero));
            (await store.ClaimNextAsync(_types, 10)).ShouldBeEmpty();
            (await store.RecoverAsync(TimeSpan.Zero, new HashSet<ProcessId>(), hasContact: true)).ShouldBe(0);
        }

        Directory.Delete(ring, recursive: true);
        Directory.Move(ring + ".kept", ring);
        using var back = await OpenAsync();
        (await back.FindDueAsync(_types, 10)).ShouldBe([queued]);
        (await back.FindAsync(running))!.State.ShouldBe(ProcessState.Interrupted);
    }

    /// <summary>Whoever looked for another ring would look in vain.</summary>
    [Fact]
    public async Task Open_WhereAKeyCannotBeRead_SaysSoAndNamesIt()
    {
        (await OpenAsync()).Dispose();
        var unreadable = Path.Combine(_folder.FullName, "test-keys", "key-restored.xml");
        Directory.CreateDirectory(unreadable);

        using var refused = Closed();
        (await Should.ThrowAsync<InvalidOperationException>(async () => await refused.OpenAsync("node"))).Message.ShouldContain(unreadable);
    }

    /// <summary>After the end of its lifetime, a ring that cannot be written would open nothing.</summary>
    [Fact]
    public async Task Ring_OfAStore_NeedsNoSecondKey()
    {
        (await OpenAsync()).Dispose();

        var key = XDocument.Load(Directory.GetFiles(Path.Combine(_folder.FullName, "test-keys"), "*.xml").ShouldHaveSingleItem());
        DateTimeOffset.Parse(key.Root!.Element("expirationDate")!.Value, CultureInfo.InvariantCulture).ShouldBeGreaterThan(Time.GetUtcNow().AddYears(100));
    }

    /// <summary>Another program holds it, as a scanner or a backup may.</summary>
    [Fact]
    public async Task Open_WithAnOrphanThatCannotBeDeleted_OpensAndSaysSo()
    {
        (await OpenAsync()).Dispose();
        var folder = Directory.EnumerateDirectories(_folder.FullName, "*-content").ShouldHaveSingleItem();
        var orphan = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".content");
        await File.WriteAllTextAsync(orphan, "");
        await RunAsRootAsync("mount", "--bind", orphan, orphan);
        try
        {
            using var store = await OpenAsync();

            Said($"{Path.GetFileName(orphan)} could not be deleted").ShouldBeTrue();
        }
        finally
        {
            await RunAsRootAsync("umount", orphan);
        }
    }

    [Fact]
    public async Task Open_Again_DerivesTheSameKeys()
    {
        byte[] key;
        using (var store = await OpenAsync())
            key = store.DeriveKey("purpose");

        using var again = await OpenAsync();

        again.DeriveKey("purpose").ShouldBe(key);
    }

    /// <summary>A disk that is full at the start lets the store be opened only later.</summary>
    [Fact]
    public async Task Followers_WatchedBeforeTheStoreIsOpen_AreToldOf()
    {
        using var store = Closed();
        await using var told = store.WatchFollowersAsync().GetAsyncEnumerator();
        var next = told.MoveNextAsync().AsTask();
        await store.OpenAsync("node");
        var first = await AddToAsync(store, []);
        await using var body = store.CreateContent();
        var behind = NewProcess(body) with { IsLimited = false, After = [new(first, When.Ended)] };
        (await store.AddAllAsync([behind])).ShouldBe(AddOutcome.Added);

        await store.RequestCancelAsync(first);

        (await next.Soon("the news")).ShouldBeTrue();
        told.Current.ShouldBe(new ProcessChange(ProcessChangeKind.Scheduled, behind.Id));
    }

    /// <summary>As each sweep tries it while something else beside the database finds no room. Other tests have writers, too.</summary>
    [Fact]
    public async Task Open_TriedAgainAndAgain_LeavesNoThreadsBehind()
    {
        using var files = new StoreFiles(DatabasePath, Time, _logs.CreateLogger<SqliteProcessStore>());
        await files.OpenAsync(new LoadCounter(), CancellationToken.None);
        var before = CountWriters();

        for (var sweeps = 0; sweeps < 30; sweeps++)
            await files.OpenAsync(new LoadCounter(), CancellationToken.None);

        await Eventually.BeTrueAsync(() => CountWriters() < before + 15, "the writers of earlier tries have ended");

        static int CountWriters() => Directory.GetDirectories("/proc/self/task").Count(IsWriter);

        static bool IsWriter(string task)
        {
            try
            {
                return File.ReadAllText(Path.Combine(task, "comm")).StartsWith("AsyncViews SQL", StringComparison.Ordinal);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
                return false;
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(5000)]
    public async Task Open_OfADamagedFile_IsRefusedAndLeavesItAsItIs(int kept)
    {
        using (var store = await OpenAsync())
        {
            for (var i = 0; i < 20; i++)
                await AddToAsync(store, SomeBytes(2000));
        }

        var damaged = (await File.ReadAllBytesAsync(DatabasePath)).AsSpan(0, kept).ToArray();
        await File.WriteAllBytesAsync(DatabasePath, damaged);
        File.Delete(DatabasePath + "-wal");

        using var refused = Closed();
        (await Should.ThrowAsync<InvalidOperationException>(async () => await refused.OpenAsync("node"))).Message.ShouldContain("damaged");
        (await File.ReadAllBytesAsync(DatabasePath)).Take(kept).ShouldBe(damaged);
    }

    [Fact]
    public async Task Open_OfAnotherSchemaVersion_IsRefusedNamingIt()
    {
        (await OpenAsync()).Dispose();
        using (var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={DatabasePath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 99";
            command.ExecuteNonQuery();
        }

        using var refused = Closed();
        (await Should.ThrowAsync<InvalidOperationException>(async () => await refused.OpenAsync("node"))).Message.ShouldContain("version 99");
    }

    [Fact]
    public async Task Open_WhileAnotherOwnsTheFile_WaitsAndThenNamesTheOwner()
    {
        using var owner = await OpenAsync();
        using var second = Closed();

        var opening = second.OpenAsync("node").AsTask();
        await Eventually.BeTrueAsync(() => Said("Waiting for its release"), "a word on the waiting");
        Said($"belongs to process {Environment.ProcessId} on {Environment.MachineName}").ShouldBeTrue();
        while (!opening.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var message = (await Should.ThrowAsync<InvalidOperationException>(() => opening)).Message;
        message.ShouldContain($"process {Environment.ProcessId} on {Environment.MachineName}");
        message.ShouldContain("another host in it, such as a second WebApplicationFactory");
        message.ShouldNotContain("Stop the other process");
    }

    [Fact]
    public async Task Open_WhereTheLockCannotBeMade_BlamesTheDiskAndNobodyElse()
    {
        // It leads to itself: an error of the disk, as a full one or one that is read only would be.
        File.CreateSymbolicLink(DatabasePath + ".lock", DatabasePath + ".lock");
        using var store = Closed();

        (await Should.ThrowAsync<InvalidOperationException>(async () => await store.OpenAsync("node"))).Message.ShouldContain("cannot be written");

        Said("Waiting for its release").ShouldBeFalse();
    }

    [Fact]
    public async Task Open_WithFilesThatAreNotItsOwn_LeavesThemAlone()
    {
        using (await OpenAsync())
        {
        }

        var folder = Directory.EnumerateDirectories(_folder.FullName, "*-content").ShouldHaveSingleItem();
        string[] others = [Path.Combine(folder, "notes.txt"), Path.Combine(folder, "report.content")];
        foreach (var other in others)
            await File.WriteAllTextAsync(other, "somebody's");

        using var restarted = await OpenAsync();

        others.ShouldAllBe(other => File.Exists(other));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("*.user\n")]
    public async Task Open_InAFolderThatIsThere_KeepsWhatItMakesOutOfGit(string? own)
    {
        var ignored = Path.Combine(_folder.FullName, ".gitignore");
        if (own is not null)
            await File.WriteAllTextAsync(ignored, own);

        (await OpenAsync()).Dispose();

        (await File.ReadAllTextAsync(ignored)).ShouldBe(own ?? "test.db*\ntest-*/\n.gitignore\n");
        (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "test-keys", ".gitignore"))).ShouldBe("*\n");
    }

    [Fact]
    public async Task Open_OnAFullDisk_KeepsWhatItMakesOutOfGitOnceThereIsRoom()
    {
        await RunAsRootAsync("mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", _folder.FullName);
        try
        {
            var rest = Path.Combine(_folder.FullName, "rest");
            FillDisk(rest);
            using var store = await OpenAsync();
            await Should.ThrowAsync<StoreUnavailableException>(async () => await store.InspectAsync(TimeSpan.Zero));
            File.Delete(rest);

            await store.CheckAsync();

            (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, ".gitignore"))).ShouldStartWith("test.db*");
            (await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "test-keys", ".gitignore"))).ShouldBe("*\n");
        }
        finally
        {
            await RunAsRootAsync("umount", _folder.FullName);
        }
    }

    [Fact]
    public async Task Open_WithContentFilesThatNoRecordNames_RemovesThem()
    {
        using (var store = await OpenAsync())
            await AddToAsync(store, SomeBytes(100_000));
        var kept = ContentFiles.ShouldHaveSingleItem();
        await File.WriteAllBytesAsync(Path.Combine(Path.GetDirectoryName(kept)!, $"{Guid.NewGuid():N}.content"), [1]);

        using var restarted = await OpenAsync();

        ContentFiles.ShouldBe([kept]);
    }

    [Fact]
    public async Task Open_OfAFolder_SaysThatItIsOne()
    {
        Directory.CreateDirectory(DatabasePath);

        using var refused = Closed();

        (await Should.ThrowAsync<InvalidOperationException>(async () => await refused.OpenAsync("node"))).Message.ShouldContain($"{DatabasePath} is a folder.");
    }

    [Fact]
    public async Task Open_OfAnotherFile_SaysSoInWholeSentences()
    {
        await File.WriteAllTextAsync(DatabasePath, new string('x', 5000));

        using var refused = Closed();

        var message = (await Should.ThrowAsync<InvalidOperationException>(async () => await refused.OpenAsync("node"))).Message;
        message.ShouldContain("is damaged");
        message.ShouldNotContain("..");
    }

    private bool Said(string text) => _log.Entries.Any(entry => entry.Message.Contains(text));

    /// <summary>Takes all the room of a small disk.</summary>
    private static void FillDisk(string file)
    {
        var bytes = new byte[4096];
        using var filler = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
            while (true)
                filler.Write(bytes);
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    private static async Task RunAsRootAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, $"{program} needs root");
    }
}
