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
