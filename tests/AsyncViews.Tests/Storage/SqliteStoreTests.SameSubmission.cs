using AsyncViews.Sqlite;
using AsyncViews.Storage;
using AsyncViews.Testing;

namespace AsyncViews.Tests.Storage;

/// <content>What stands for a submission, or was discarded, does so after a restart.</content>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task Restart_DuringTheRunOfAForm_LeavesItInterruptedAndStandingForTheForm()
    {
        ProcessId running, succeeded, discarded;
        using (var store = await OpenAsync())
        {
            running = await AddWithKeyAsync(store, "running");
            succeeded = await AddWithKeyAsync(store, "succeeded");
            discarded = await AddWithKeyAsync(store, "discarded");
            await store.RequestCancelAsync(discarded);
            (await store.DiscardAsync(discarded)).ShouldBeTrue();
            await store.ClaimAsync(running);
            var run = await store.ClaimAsync(succeeded);
            await using var result = store.CreateContent();
            await store.FinishAsync(succeeded, run!.Record.Fence, new ProcessOutcome(ProcessState.Succeeded) { Body = result });
            await using var again = store.CreateContent();
            await again.WriteAsync(SomeBytes(200_000));
            (await store.KeepSubmissionAsync(succeeded, "once more"u8.ToArray(), again)).ShouldBeTrue();
        }

        using var restarted = await OpenAsync();

        (await restarted.FindAsync(running)).ShouldNotBeNull().State.ShouldBe(ProcessState.Interrupted);
        (await AddWithKeyAsync(restarted, "running")).ShouldBe(running);
        (await AddWithKeyAsync(restarted, "succeeded")).ShouldBe(succeeded);
        (await AddWithKeyAsync(restarted, "discarded")).ShouldNotBe(discarded);
        (await restarted.FindAsync(discarded)).ShouldNotBeNull().IsDiscarded.ShouldBeTrue();
        var kept = (await restarted.OpenSubmissionAsync(succeeded)).ShouldNotBeNull();
        await using (kept.Body)
            ShouldBeEqual(await ReadAsync(kept.Body), SomeBytes(200_000));
    }

    [Fact]
    public async Task Discarding_OfAProcess_LeavesNoContentFileAndNoKey()
    {
        var id = await AddedAsync(key: "k");
        await SucceededAsync(id, SomeBytes(100_000));
        await using (var body = await SpoolAsync(SomeBytes(100_000)))
            (await Store.KeepSubmissionAsync(id, "again"u8.ToArray(), body)).ShouldBeTrue();
        ContentFiles.Length.ShouldBe(2);

        await Store.DiscardAsync(id);

        ContentFiles.ShouldBeEmpty();
        using var reader = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        reader.Open();
        using var command = reader.CreateCommand();
        command.CommandText = """
            SELECT COALESCE(submission_key, key_salt, sealed_status, sealed_origin, sealed_submission, sealed_body, sealed_response, sealed_result) FROM processes
            """;
        command.ExecuteScalar().ShouldBe(DBNull.Value);
    }

    private static async Task<ProcessId> AddWithKeyAsync(SqliteProcessStore store, string key)
    {
        await using var body = store.CreateContent();
        return (await store.AddAsync(NewProcess(body, key: key))).Id.ShouldNotBeNull();
    }
}
