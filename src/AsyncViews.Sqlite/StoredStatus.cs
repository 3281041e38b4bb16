using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncViews.Sqlite;

/// <summary>The status that the work reported. It may hold anybody's data, so it is stored encrypted.</summary>
internal sealed record StoredStatus(double? Percent, string? Message, string? Data, ProcessReason? Reason = null, string? Error = null)
{
    private const string Purpose = "status";

    public static StoredStatus From(ProcessProgress progress, ProcessReason? reason = null, string? error = null) =>
        new(progress.Percent, progress.Message, progress.Data, reason, error);

    public byte[] Seal(byte[] key) => Vault.Seal(key, Purpose, JsonSerializer.SerializeToUtf8Bytes(this, StoredStatusJson.Default.StoredStatus));

    public static StoredStatus Open(byte[] key, byte[] @sealed) =>
        JsonSerializer.Deserialize(Vault.Open(key, Purpose, @sealed), StoredStatusJson.Default.StoredStatus)!;
}

[JsonSerializable(typeof(StoredStatus))]
internal sealed partial class StoredStatusJson : JsonSerializerContext;
