using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncViews.Storage.Sealing;

/// <summary>A record as it is stored, its secrets sealed.</summary>
/// <param name="Record">The part that is not secret, its owner and its lane hidden as <see cref="Vault.HideOwner"/> does.</param>
/// <param name="KeySalt">The salt of its key; null if nothing secret is left.</param>
/// <param name="Status">See <see cref="SealedStatus"/>; null if nothing was reported.</param>
/// <param name="Origin">See <see cref="SealedProcess.Origin"/>.</param>
/// <param name="Failures">See <see cref="SealFailures"/>; null if no attempt has failed.</param>
public sealed record SealedRecord(ProcessRecord Record, byte[]? KeySalt, byte[]? Status, byte[]? Origin, byte[]? Failures)
{
    internal const string OriginPurpose = "origin";

    private const string FailuresPurpose = "failures";

    /// <summary>The record with this place in the queue.</summary>
    public SealedRecord At(int position) => this with { Record = Record with { Position = position } };

    /// <summary>Opens the whole record.</summary>
    /// <exception cref="DamagedContentException">The record is damaged.</exception>
    public ProcessRecord Unseal(Vault vault)
    {
        ArgumentNullException.ThrowIfNull(vault);
        if (KeySalt is null)
            return Record with { Owner = vault.RevealOwner(Record.Owner), Lane = vault.RevealOwner(Record.Lane) };

        var key = KeyIn(vault);
        var past = UnsealPast(vault, key);
        return Status is null ? past : SealedStatus.Unseal(past, Status, key);
    }

    /// <summary>Opens what can be read, for somebody who only looks at it: a damaged record has no secrets, and one with a damaged owner is nobody's.</summary>
    /// <param name="vault">The vault of the store.</param>
    /// <param name="damage">The damage; null if there is none.</param>
    public ProcessRecord UnsealReadable(Vault vault, out DamagedContentException? damage)
    {
        ArgumentNullException.ThrowIfNull(vault);
        try
        {
            damage = null;
            return Unseal(vault);
        }
        catch (DamagedContentException exception)
        {
            damage = exception;
        }

        try
        {
            return Record with { Owner = vault.RevealOwner(Record.Owner) };
        }
        catch (DamagedContentException)
        {
            return Record with { Owner = "" };
        }
    }

    /// <summary>Derives the key of the process. It opens nothing of a record whose salt, id or owner is damaged.</summary>
    public RecordKey KeyIn(Vault vault)
    {
        ArgumentNullException.ThrowIfNull(vault);
        return vault.KeyOf(KeySalt ?? [], Record.Id, Record.Owner);
    }

    /// <summary>Opens the record without the status: its owner, its lane, its origin and its failed attempts.</summary>
    /// <param name="vault">The vault of the store.</param>
    /// <param name="key">The key of the process.</param>
    /// <exception cref="DamagedContentException">The record is damaged.</exception>
    public ProcessRecord UnsealPast(Vault vault, RecordKey key) => Record with
    {
        Owner = vault.RevealOwner(Record.Owner),
        Lane = vault.RevealOwner(Record.Lane),
        Origin = Origin is null ? null : Encoding.UTF8.GetString(key.Open(OriginPurpose, Origin)),
        Failures = Failures is null ? [] : JsonSerializer.Deserialize(key.Open(FailuresPurpose, Failures), SealedFailuresJson.Default.IReadOnlyListProcessFailure)!,
    };

    /// <summary>Seals the failed attempts of a process.</summary>
    public static byte[] SealFailures(IReadOnlyList<ProcessFailure> failures, RecordKey key) =>
        key.Seal(FailuresPurpose, JsonSerializer.SerializeToUtf8Bytes(failures, SealedFailuresJson.Default.IReadOnlyListProcessFailure));
}

[JsonSerializable(typeof(IReadOnlyList<ProcessFailure>))]
internal sealed partial class SealedFailuresJson : JsonSerializerContext;
