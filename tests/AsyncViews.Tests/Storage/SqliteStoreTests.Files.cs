using System.Threading.Channels;
using AsyncViews.Sqlite;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Storage;

/// <content>Files that somebody deletes or replaces, and a disk that does not answer.</content>
public sealed partial class SqliteStoreTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("", "another database")]
    [InlineData(".lock", null)]
    [InlineData(".lock", "another lock")]
    public async Task Check_AfterAFileWasDeletedOrReplaced_RefusesEverything(string file, string? another)
    {
        await AddedAsync();
        await Store.CheckAsync();
        File.Delete(DatabasePath + file);
        if (another is not null)
            await File.WriteAllTextAsync(DatabasePath + file, another);

        await Store.CheckAsync();

        await Should.ThrowAsync<StoreUnavailableException>(() => AddAsync());
        await Should.ThrowAsync<StoreUnavailableException>(async () => await Store.InspectAsync(TimeSpan.Zero));
        (await Store.ClaimNextAsync(_types, 1)).ShouldBeEmpty();
        Said("deleted, replaced or damaged").ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData(".lock")]
    public async Task Check_WithAFileThatCannotBeLookedAt_FailsAndLooksAgain(string file)
    {
        await Store.CheckAsync();

        // A link to itself can be found and not opened, as when the process has no handles left.
        File.Move(DatabasePath + file, DatabasePath + ".aside");
        File.CreateSymbolicLink(DatabasePath + file, DatabasePath + file);
        await Should.ThrowAsync<StoreUnavailableException>(async () => await Store.CheckAsync());
        File.Delete(DatabasePath + file);
        File.Move(DatabasePath + ".aside", DatabasePath + file);

        await Store.CheckAsync();

        (await AddAsync()).Outcome.ShouldBe(AddOutcome.Added);
        Said("deleted, replaced or damaged").ShouldBeFalse();
    }

    /// <summary>Whoever only read of a file that was replaced would look for another one.</summary>
    [Fact]
    public async Task Check_OfADatabaseThatIsDamaged_SaysThatItMayBe()
    {
        await AddedAsync();
        Query("PRAGMA wal_checkpoint(TRUNCATE)");
        using (var file = new FileStream(DatabasePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.Write("no database"u8);

        await Store.CheckAsync();

        (await Should.ThrowAsync<StoreUnavailableException>(() => AddAsync())).Message.ShouldContain("deleted, replaced or damaged");
    }

    [Fact]
    public async Task Open_OfANewDatabaseBesideContentOfAnother_IsRefusedAndLeavesThat()
    {
        using (var store = await OpenAsync())
            await AddToAsync(store, SomeBytes(100_000));
        foreach (var part in Directory.GetFiles(_folder.FullName, "test.db*"))
            File.Delete(part);
        Directory.Delete(Path.Combine(_folder.FullName, "test-keys"), recursive: true);
        using var another = Closed();

        (await Should.ThrowAsync<InvalidOperationException>(async () => await another.OpenAsync("node"))).Message.ShouldContain("is missing");

        ContentFiles.ShouldHaveSingleItem();
    }

    /// <summary>Whoever is refused does what the message says.</summary>
    [Theory]
    [InlineData(null, "is missing", "these")]
    [InlineData("", "is damaged: it is empty", "all three")]
    [InlineData("another database", "is damaged", "all three")]
    public async Task Open_WithoutWhatWasThere_NamesWhatToMoveAwayAndBeginsAnewWithoutThat(string? left, string why, string what)
    {
        using (var store = await OpenAsync())
            await AddToAsync(store, SomeBytes(100_000));
        File.Delete(DatabasePath);
        if (left is not null)
            await File.WriteAllTextAsync(DatabasePath, left);
        using (var refused = Closed())
        {
            var message = (await Should.ThrowAsync<InvalidOperationException>(async () => await refused.OpenAsync("node"))).Message;
            message.ShouldContain(why);
            message.ShouldContain("the folders test-keys and test-content");
            message.ShouldContain($"move {what} away");
            File.Exists(DatabasePath).ShouldBe(left is not null);
        }

        File.Delete(DatabasePath);
        foreach (var folder in (string[])["test-keys", "test-content"])
            Directory.Delete(Path.Combine(_folder.FullName, folder), recursive: true);

        using var anew = await OpenAsync();
        (await anew.FindAsync(await AddToAsync(anew, []))).ShouldNotBeNull();
    }

    [Fact]
    public async Task Write_ToADiskThatDoesNotAnswer_EndsAndMayBeStored()
    {
        using var files = new StoreFiles(DatabasePath, Time, _logs.CreateLogger("files"));
        var load = new LoadCounter();
        await files.OpenAsync(load, CancellationToken.None);
        var transactions = new Transactions(files, load, Channel.CreateUnbounded<ProcessChange>().Writer, Time, TimeSpan.FromDays(1), _logs.CreateLogger("transactions"));
        using var begun = new ManualResetEventSlim();
        using var hangs = new ManualResetEventSlim();
        var first = transactions.RunAsync(_ =>
        {
            begun.Set();
            hangs.Wait();
            return true;
        });
        begun.Wait(TestContext.Current.CancellationToken);

        Time.Advance(TimeSpan.FromSeconds(30));

        (await Should.ThrowAsync<StoreUnavailableException>(first.Soon("an answer"))).MayBeStored.ShouldBeTrue();
        hangs.Set();
        (await transactions.RunAsync(_ => true).Soon("the next write")).ShouldBeTrue();
    }
}
