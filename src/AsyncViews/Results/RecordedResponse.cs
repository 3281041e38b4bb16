using System.Text.Json;
using System.Text.Json.Serialization;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace AsyncViews.Results;

/// <summary>Status and headers of a captured response, as they are stored.</summary>
internal sealed record RecordedResponse(int StatusCode, Dictionary<string, string?[]> Headers)
{
    /// <summary>The changes of the run to TempData; null if it left all as it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RecordedTempData? TempData { get; init; }

    /// <summary>Tells whether the run has switched off the application's status code pages, which would take its place.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool SkipsStatusCodePages { get; init; }

    public static RecordedResponse From(int statusCode, IHeaderDictionary headers) =>
        new(statusCode, headers.ToDictionary(header => header.Key, header => header.Value.ToArray()));

    public byte[] Serialize() => JsonSerializer.SerializeToUtf8Bytes(this, RecordedResponseJson.Default.RecordedResponse);

    public static RecordedResponse Of(StoredResult stored) =>
        JsonSerializer.Deserialize(stored.Response.Span, RecordedResponseJson.Default.RecordedResponse)
        ?? throw new InvalidDataException("The recorded response is empty.");

    public ProcessResult Open(Stream body)
    {
        var headers = Headers.ToDictionary(header => header.Key, header => new StringValues(header.Value), StringComparer.OrdinalIgnoreCase);
        return new ProcessResult(StatusCode, headers, body);
    }
}

[JsonSerializable(typeof(RecordedResponse))]
internal sealed partial class RecordedResponseJson : JsonSerializerContext;
