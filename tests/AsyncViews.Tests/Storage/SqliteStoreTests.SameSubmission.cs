using AsyncViews.Sqlite;
using AsyncViews.Storage;

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
            await store.ClaimAsync(running, "node");
            var run = await store.ClaimAsync(succeeded, "node");
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

    private static async Task<ProcessId> AddWithKeyAsync(SqliteProcessStore store, string key)
    {
        await using var body = store.CreateContent();
        return (await store.AddAsync(NewProcess(body, key: key))).Id.ShouldNotBeNull();
    }
}
