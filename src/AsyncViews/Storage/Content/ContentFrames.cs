using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AsyncViews.Storage;

/// <summary>
/// The layout of encrypted content: frames of 64 KiB plain text, each encrypted with AES-256-GCM and followed by its tag.
/// </summary>
/// <remarks>
/// The nonce is the frame's number, safe because a key encrypts one content only. The authenticated data says whether the
/// frame is the last, so that content cut at a frame's end is noticed.
/// </remarks>
internal static class ContentFrames
{
    public const int KeyLength = 32;
    public const int PlainLength = 64 * 1024;
    public const int TagLength = 16;
    public const int SealedLength = PlainLength + TagLength;

    private const int NonceLength = 12;

    /// <summary>The number of frames of content of this length, which is not empty.</summary>
    public static long CountOf(long length) => ((length - 1) / PlainLength) + 1;

    public static void Seal(AesGcm key, long number, bool last, ReadOnlySpan<byte> plain, Span<byte> frame)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        key.Encrypt(nonce, plain, frame[..plain.Length], frame.Slice(plain.Length, TagLength), [last ? (byte)1 : (byte)0]);
    }

    public static void Open(AesGcm key, long number, bool last, ReadOnlySpan<byte> frame, Span<byte> plain)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        try
        {
            key.Decrypt(nonce, frame[..plain.Length], frame.Slice(plain.Length, TagLength), plain, [last ? (byte)1 : (byte)0]);
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new DamagedContentException("Stored content is damaged, or was replaced by another one.", exception);
        }
    }
}
