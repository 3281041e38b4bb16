namespace AsyncViews.Storage.Sealing;

/// <summary>A captured response as a record holds it.</summary>
/// <param name="Response">The sealed response without its body.</param>
/// <param name="Body">The sealed body.</param>
public sealed record SealedResult(byte[] Response, SealedContent Body)
{
    private const string ResponsePurpose = "response";
    private const string BodyPurpose = "response body";

    /// <summary>Seals a response with the key of its process.</summary>
    /// <param name="response">The response without its body.</param>
    /// <param name="body">The body: <see cref="MemoryContent"/> or <see cref="EncryptedContent"/>.</param>
    /// <param name="key">The key of the process.</param>
    public static SealedResult Of(ReadOnlyMemory<byte> response, Content body, RecordKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new SealedResult(key.Seal(ResponsePurpose, response.Span), SealedContent.Of(body, key, BodyPurpose));
    }

    /// <summary>Opens the response.</summary>
    /// <param name="key">The key of the process.</param>
    /// <param name="open">Finds a body again that is kept outside of its record.</param>
    /// <param name="cancellationToken">Ends the opening of the body.</param>
    /// <exception cref="DamagedContentException">The response is damaged.</exception>
    public async ValueTask<StoredResult> OpenAsync(RecordKey key, OpenContent open, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new StoredResult(key.Open(ResponsePurpose, Response), await Body.Open(key, BodyPurpose, open).OpenReadAsync(cancellationToken));
    }
}
