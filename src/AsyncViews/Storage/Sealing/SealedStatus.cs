using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncViews.Storage.Sealing;

/// <summary>The status that the work reported, and the reason why it did not succeed. It may hold anybody's data, so it is stored encrypted.</summary>
public static class SealedStatus
{
    private const string Purpose = "status";

    /// <summary>Seals the progress of a run.</summary>
    public static byte[] Of(ProcessProgress progress, RecordKey key) => Seal(new Status(progress), key);

    /// <summary>Seals the progress, the reason and the error of a run's outcome.</summary>
    public static byte[] Of(ProcessOutcome outcome, RecordKey key) => Seal(new Status(outcome.Progress, outcome.Reason, outcome.Error), key);

    /// <exception cref="DamagedContentException">The status is damaged.</exception>
    internal static ProcessRecord Unseal(ProcessRecord record, byte[] status, RecordKey key)
    {
        var opened = JsonSerializer.Deserialize(key.Open(Purpose, status), SealedStatusJson.Default.Status)!;
        return record with
        {
            Progress = opened.Progress ?? ProcessProgress.None,
            Reason = opened.Reason,
            Error = opened.Error,
        };
    }

    private static byte[] Seal(Status status, RecordKey key) => key.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(status, SealedStatusJson.Default.Status));

    /// <param name="Progress">The progress; null in a status that an earlier release has stored.</param>
    /// <param name="Reason">The reason.</param>
    /// <param name="Error">The error.</param>
    internal sealed record Status(ProcessProgress? Progress, ProcessReason? Reason = null, string? Error = null);
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SealedStatus.Status))]
internal sealed partial class SealedStatusJson : JsonSerializerContext;
