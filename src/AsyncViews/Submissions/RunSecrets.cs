using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncViews.Submissions;

/// <summary>
/// The parts of a POST that are good for everything that its browser may do. They are kept apart from what may be sent again, and only
/// until the run ends.
/// </summary>
/// <param name="Cookies">The cookie that validates the forms which a run renders, as a Cookie header has it.</param>
/// <param name="Session">The session; null where there is none, or it could not be read.</param>
/// <param name="HasSession">Tells whether there is one.</param>
internal sealed record RunSecrets(string Cookies, CapturedSession? Session, bool HasSession)
{
    public static RunSecrets None { get; } = new("", null, false);

    public byte[] Serialize() => Cookies.Length == 0 && !HasSession ? [] : JsonSerializer.SerializeToUtf8Bytes(this, RunSecretsJson.Default.RunSecrets);

    public static RunSecrets Deserialize(ReadOnlyMemory<byte> bytes) =>
        bytes.IsEmpty ? None : JsonSerializer.Deserialize(bytes.Span, RunSecretsJson.Default.RunSecrets) ?? None;
}

[JsonSerializable(typeof(RunSecrets))]
internal sealed partial class RunSecretsJson : JsonSerializerContext;
