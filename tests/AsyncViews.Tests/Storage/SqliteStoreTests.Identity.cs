using AsyncViews.Storage;
using AsyncViews.Testing;

namespace AsyncViews.Tests.Storage;

/// <content>Whose a process is: hidden in the file, and not to be changed there.</content>
public sealed partial class SqliteStoreTests
{
    [Fact]
    public async Task Owner_InTheFile_IsHiddenAndStillFindsWhatIsTheirs()
    {
        const string Owner = "canary-4711";
        var id = await AddedAsync(owner: Owner, key: "canary-4711-key");
        await AddedAsync(owner: "bob");
        (await Store.ListAsync(new ProcessQuery { Count = 10 }, [Owner])).ShouldHaveSingleItem().Id.ShouldBe(id);
        (await ClaimedAsync(id)).Record.Owner.ShouldBe(Owner);
        foreach (var file in FilesOf(_folder))
            (await ReadSharedAsync(file)).AsSpan().IndexOf("canary-4711"u8).ShouldBe(-1, file);

        await FinishAsync(id, 1);
        await Store.DiscardAsync(id);

        (await Store.FindAsync(id))!.Owner.ShouldBe(Owner, "a tombstone is its owner's too");
    }

    [Fact]
    public async Task Metadata_InTheFile_IsHiddenAndGoesWithItsProcess()
    {
        var id = await AddedAsync(process => process with { Metadata = new Dictionary<string, string> { ["canary-key"] = "canary-value", ["canary-other"] = "canary-value" } });
        await AddedAsync(process => process with { Metadata = new Dictionary<string, string> { ["canary-key"] = "canary-value" } });
        Query("SELECT COUNT(*) FROM metadata").ShouldBe(3);
        Query("SELECT COUNT(DISTINCT hidden) FROM metadata").ShouldBe(2);
        foreach (var file in FilesOf(_folder))
            (await ReadSharedAsync(file)).AsSpan().IndexOf("canary-"u8).ShouldBe(-1, file);

        await SucceededAsync(id);
        await Store.DiscardAsync(id);

        Query("SELECT COUNT(*) FROM metadata").ShouldBe(1);
        Query("SELECT COUNT(metadata) FROM processes").ShouldBe(1);
    }

    [Theory]
    [InlineData("owner = (SELECT owner FROM processes WHERE state = 1)")]
    [InlineData("id = '0123456789abcdefghjkmnpqrs'")]
    public async Task Result_OfARowWhoseOwnerOrIdWasChanged_OpensForNobody(string change)
    {
        var id = await AddedAsync(owner: "ann");
        await AddedAsync(owner: "bob");
        await SucceededAsync(id);
        Execute($"UPDATE processes SET {change} WHERE id = '{id}'");
        var changed = (await Store.ListAsync(new ProcessQuery { Count = 10 })).Single(record => record.State == ProcessState.Succeeded);

        await Should.ThrowAsync<DamagedContentException>(async () => await Store.OpenResultAsync(changed.Id));
    }

    [Fact]
    public async Task Claim_OfARowWhoseOwnerWasChanged_FailsIt()
    {
        var ann = await AddedAsync(owner: "ann");
        await AddedAsync(owner: "bob");
        Execute($"UPDATE processes SET owner = (SELECT owner FROM processes WHERE id <> '{ann}') WHERE id = '{ann}'");

        (await Store.ClaimAsync(ann)).ShouldBeNull();

        (await Store.FindAsync(ann))!.State.ShouldBe(ProcessState.Failed);
    }

    [Fact]
    public async Task Owner_ThatIsDamaged_IsNobody()
    {
        var id = await AddedAsync();
        Execute("UPDATE processes SET owner = 'ann'");

        (await Store.FindAsync(id))!.Owner.ShouldBe("");
    }

    [Theory]
    [InlineData(ProcessState.Succeeded, false, 5)]
    [InlineData(ProcessState.Succeeded, true, 60)]
    [InlineData(ProcessState.Failed, false, 0)]
    [InlineData(ProcessState.Failed, true, 60)]
    [InlineData(ProcessState.Interrupted, true, 60)]
    [InlineData(ProcessState.Interrupted, false, 24 * 60 * 60)]
    public async Task SubmissionKey_OfWhatNoLongerStandsForItsSubmission_LeavesTheRow(ProcessState end, bool idempotent, int seconds)
    {
        var id = await AddedAsync(key: "k", idempotent: idempotent);
        await ClaimedAsync(id);
        await Store.FinishAsync(id, 1, new ProcessOutcome(end));

        if (seconds > 0)
        {
            Time.Advance(TimeSpan.FromSeconds(seconds - 1));
            await Store.SweepAsync();
            Query("SELECT COUNT(submission_key) FROM processes").ShouldBe(1);
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        await Store.SweepAsync();
        Query("SELECT COUNT(submission_key) FROM processes").ShouldBe(0);
    }
}
