using AsyncViews.Storage;
using AsyncViews.Testing;

namespace AsyncViews.Tests.Storage;

/// <content>One record that is damaged, and the others that are not.</content>
public sealed partial class SqliteStoreTests
{
    [Theory]
    [InlineData("sealed_submission", "x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'")]
    [InlineData("sealed_submission", "x'00'")]
    [InlineData("sealed_submission", "NULL")]
    [InlineData("sealed_body", "x'00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff'")]
    [InlineData("sealed_body", "NULL")]
    [InlineData("key_salt", "x'00112233445566778899aabbccddeeff'")]
    [InlineData("key_salt", "NULL")]
    public async Task Claim_OfADamagedRecord_FailsThatOneOnly(string column, string value)
    {
        var damaged = await AddedAsync(body: SomeBytes(10));
        var sound = await AddedAsync(body: SomeBytes(10));
        Execute($"UPDATE processes SET {column} = {value} WHERE id = '{damaged}'");

        (await Store.ClaimAsync(damaged)).ShouldBeNull();

        var record = (await Store.FindAsync(damaged))!;
        (record.State, record.Reason).ShouldBe((ProcessState.Failed, ProcessReason.SubmissionDamaged));
        (await Store.ClaimAsync(sound)).ShouldNotBeNull();
    }

    /// <summary>An empty upload must not run in the place of what was sent, and a key of a file not be read as content.</summary>
    [Theory]
    [InlineData("body_length = 0", 16)]
    [InlineData("body_length = 40", 56)]
    [InlineData("body_file = NULL", null)]
    public async Task Content_SaidToBeAnother_IsDamaged(string damage, int? storedLength)
    {
        var id = await AddedAsync(body: SomeBytes(100_000));
        Execute($"UPDATE processes SET {damage} WHERE id = '{id}'");
        if (storedLength is { } length)
        {
            using var file = File.OpenWrite(ContentFiles.ShouldHaveSingleItem());
            file.SetLength(length);
        }

        (await Store.ClaimAsync(id)).ShouldBeNull();

        (await Store.FindAsync(id))!.Reason.ShouldBe(ProcessReason.SubmissionDamaged);
    }

    [Fact]
    public async Task Result_SaidToBeEmpty_IsDamaged()
    {
        var id = await AddedAsync();
        await SucceededAsync(id, SomeBytes(100_000));
        Execute($"UPDATE processes SET result_length = 0 WHERE id = '{id}'");
        using (var file = File.OpenWrite(ContentFiles.ShouldHaveSingleItem()))
            file.SetLength(16);

        await Should.ThrowAsync<DamagedContentException>(async () => await Store.OpenResultAsync(id));
    }

    /// <summary>Whoever can write to the database must not have the application delete what they like.</summary>
    [Theory]
    [InlineData("../other.content")]
    [InlineData("0123456789abcdef0123456789abcdef.content/../../other.content")]
    public async Task Remove_OfARecordThatNamesAnotherFile_LeavesItAlone(string name)
    {
        var id = await AddedAsync(body: SomeBytes(100_000));
        var other = Path.Combine(_folder.FullName, "other.content");
        await File.WriteAllTextAsync(other, "kept");
        Execute($"UPDATE processes SET body_file = '{name}' WHERE id = '{id}'");

        (await Store.RemoveAsync(id)).ShouldBeTrue();

        File.Exists(other).ShouldBeTrue();
        (await Store.FindAsync(id)).ShouldBeNull();
    }

    [Fact]
    public async Task ClaimNext_WithADamagedRecordAtTheHead_TakesTheNext()
    {
        var damaged = await AddedAsync(body: SomeBytes(10));
        var sound = await AddedAsync(body: SomeBytes(10));
        Execute($"UPDATE processes SET key_salt = NULL WHERE id = '{damaged}'");

        (await Store.ClaimNextAsync(_types, 1)).ShouldHaveSingleItem().Record.Id.ShouldBe(sound);

        (await Store.FindAsync(damaged))!.State.ShouldBe(ProcessState.Failed);
    }

    [Fact]
    public async Task QueueDue_WithADamagedRecordThatIsMissed_EndsItAndQueuesTheOthers()
    {
        var damaged = await AddedAsync(process => process with { Terms = new() { StartBefore = Time.GetUtcNow().AddSeconds(10) } });
        var sound = await AddedAsync(process => process with { Terms = new() { NotBefore = Time.GetUtcNow().AddSeconds(5) } });
        Execute($"UPDATE processes SET key_salt = NULL WHERE id = '{damaged}'");
        Time.Advance(TimeSpan.FromSeconds(11));

        (await Store.QueueDueAsync()).Missed.ShouldBe([damaged]);

        (await Store.FindAsync(damaged))!.State.ShouldBe(ProcessState.Missed);
        (await Store.FindAsync(sound))!.State.ShouldBe(ProcessState.Queued);
    }
}
