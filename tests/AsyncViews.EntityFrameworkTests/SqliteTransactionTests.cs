using AsyncViews.EntityFrameworkTests.Support;
using Microsoft.EntityFrameworkCore;

namespace AsyncViews.EntityFrameworkTests;

/// <summary>A SQLite file of the application beside the store's own: the work is committed just before its end.</summary>
public sealed class SqliteTransactionTests : TransactionContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("asyncviews-ef-");

    protected override DatabaseKind Kind => DatabaseKind.Sqlite;

    [Fact]
    public async Task Schedule_InTheTransactionOfAnotherDatabase_IsRefused()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await using var scope = site.Scope();
        var shop = scope.ServiceProvider.GetRequiredService<Shop>();
        await using var transaction = await shop.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);

        await Should.ThrowAsync<NotSupportedException>(() =>
            site.Jobs.ScheduleAsync(new PlainArgs(), new() { Transaction = shop.Database.GetProcessTransaction() }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Schedule_AfterTheCommit_FollowsIt()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await using var scope = site.Scope();
        var shop = scope.ServiceProvider.GetRequiredService<Shop>();
        await using var transaction = await shop.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        ProcessId? id = null;
        shop.Database.GetProcessTransaction().AfterCommit(async () => id = await site.Jobs.ScheduleAsync(new PlainArgs()));
        id.ShouldBeNull();

        await transaction.CommitAsync(TestContext.Current.CancellationToken);

        (await site.EndOfAsync(id.ShouldNotBeNull())).State.ShouldBe(ProcessState.Succeeded);
    }

    /// <summary>SQLite has no code of the SQL standard for it.</summary>
    [Fact]
    public async Task CommitThatFails_SaysThatNothingWasSaved()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await shop.Database.ExecuteSqlRawAsync(
                "CREATE TABLE parents (id INTEGER PRIMARY KEY); CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED); INSERT INTO children VALUES (1)",
                process.CancellationToken);
            await SaveAsync(shop, process, "row");
            return "done";
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, true));
        end.Error.ShouldNotBeNull().ShouldContain("FOREIGN KEY");
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    protected override Task<string> CreateDatabaseAsync() => Task.FromResult(_folder.FullName);
}
