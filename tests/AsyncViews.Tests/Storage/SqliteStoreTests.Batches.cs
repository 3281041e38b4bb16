using AsyncViews.Storage;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Tests.Storage;

/// <content>What is committed together.</content>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task Write_CommittedWithOneThatFails_IsStoredAllTheSame()
    {
        var taken = await AddedAsync();
        Task failing;
        Task<AddResult>[] others;
        using (var foreign = new SqliteConnection($"Data Source={DatabasePath};Pooling=False"))
        {
            // While the database is locked, what comes waits, and is committed together afterwards.
            foreign.Open();
            using var transaction = foreign.BeginTransaction();
            others = [.. Enumerable.Range(0, 20).Select(_ => AddAsync())];
            failing = AddedAsync(process => process with { Id = taken });
            others = [.. others, .. Enumerable.Range(0, 20).Select(_ => AddAsync())];
        }

        (await Should.ThrowAsync<SqliteException>(() => failing)).SqliteErrorCode.ShouldBe(SQLitePCL.raw.SQLITE_CONSTRAINT);
        foreach (var added in await Task.WhenAll(others))
            (await Store.FindAsync(added.Id.ShouldNotBeNull())).ShouldNotBeNull();
        (await Store.GetLoadAsync()).Queued.ShouldBe(others.Length + 1);
    }
}
