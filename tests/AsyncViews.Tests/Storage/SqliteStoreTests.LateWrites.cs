using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using Microsoft.Data.Sqlite;

namespace AsyncViews.Tests.Storage;

/// <content>What a disk does when nobody waits for it any more.</content>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task Add_ThatHasNotBegunWhenNobodyWaitsForIt_IsNeverDone()
    {
        using var parts = await HangingStore.OpenAsync(this);
        var process = await parts.NewAsync();
        using var hangs = parts.Hang();
        var adding = parts.Submissions.AddAsync(process, claim: null, CancellationToken.None).AsTask();

        Time.Advance(TimeSpan.FromSeconds(30));

        (await Should.ThrowAsync<StoreUnavailableException>(adding.Soon("an answer"))).MayBeStored.ShouldBeFalse();
        hangs.Set();
        await parts.AddAsync();
        parts.Has(process.Id).ShouldBeFalse();
        parts.Load.Current.Queued.ShouldBe(1);
    }

    /// <summary>The next try learns that the run has ended, and nobody else has ended it.</summary>
    [Theory]
    [InlineData(ProcessState.Succeeded)]
    [InlineData(ProcessState.Scheduled)]
    public async Task End_StoredWhenNobodyWaitsForIt_IsThatOfTheNextTry(ProcessState state)
    {
        using var parts = await HangingStore.OpenAsync(this);
        var process = await parts.AddAsync(length: 100_000);
        await parts.Claims.ClaimAsync(process.Id, _types, null);
        var outcome = new ProcessOutcome(state) { Version = 5, NotBefore = state == ProcessState.Scheduled ? Now.AddHours(1) : null };
        using var hangs = parts.Hang();
        var first = EndAsync();
        using var commits = parts.HangInCommit(hangs);
        Time.Advance(TimeSpan.FromSeconds(30));
        (await Should.ThrowAsync<StoreUnavailableException>(first.Soon("an answer"))).MayBeStored.ShouldBeTrue();

        var next = EndAsync();
        commits.Set();

        (await next.Soon("the end")).ShouldBeTrue();
        parts.Find(process.Id).State.ShouldBe(state);
        await Eventually.BeTrueAsync(() => ContentFiles.Length == (state == ProcessState.Succeeded ? 0 : 1), "the submission of a success is deleted");
        (await EndAsync()).ShouldBeFalse("the run is over");

        Task<bool> EndAsync() => parts.Runs.FinishAsync(process.Id, 1, outcome, CancellationToken.None).AsTask();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Content_OfAWriteThatNobodyWaitsFor_IsKeptAsLongAsARecordNamesIt(bool isStored)
    {
        using var parts = await HangingStore.OpenAsync(this);
        var process = await parts.NewAsync(length: 100_000);
        await process.Body.CompleteAsync(TestContext.Current.CancellationToken);
        using var hangs = parts.Hang();
        var adding = parts.Submissions.AddAsync(process, claim: null, CancellationToken.None).AsTask();
        using var commits = parts.HangInCommit(hangs, isStored ? null : new SqliteException("The disk has failed.", SQLitePCL.raw.SQLITE_IOERR));
        Time.Advance(TimeSpan.FromSeconds(30));
        await Should.ThrowAsync<StoreUnavailableException>(adding.Soon("an answer"));
        await process.Body.DisposeAsync();
        ContentFiles.Length.ShouldBe(1, "it may be stored");

        commits.Set();
        await parts.Transactions.DeleteUnnamedAsync(_ => { });

        (parts.Has(process.Id), ContentFiles.Length).ShouldBe((isStored, isStored ? 1 : 0));
    }
}
