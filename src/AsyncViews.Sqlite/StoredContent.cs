using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>Content as a row holds it: sealed in the row itself, or in a file whose own key is sealed there.</summary>
/// <param name="Length">The plain text's length in bytes.</param>
/// <param name="File">The file's name; null where the content is in the row.</param>
/// <param name="Sealed">The content, or the file's key.</param>
internal sealed record StoredContent(long Length, string? File, byte[] Sealed)
{
    public static StoredContent From(Content content, byte[] key, string purpose) => content.File is { } file
        ? new StoredContent(file.Length, Path.GetFileName(file.Path), Vault.Seal(key, purpose, file.Key))
        : new StoredContent(content.Length, null, Vault.Seal(key, purpose, content.Bytes.Span));

    /// <exception cref="DamagedContentException">The row is damaged.</exception>
    public Content Open(string folder, byte[] key, string purpose)
    {
        var opened = Vault.Open(key, purpose, Sealed);
        return File is null ? new Content(opened) : new Content(new ContentFile(Path.Combine(folder, File), opened, Length));
    }
}
