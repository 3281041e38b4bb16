using System.Security.Cryptography;
using System.Text;

namespace AsyncViews.Storage.Sealing;

/// <summary>The key of one process. Without its salt, nobody can derive it again.</summary>
public sealed class RecordKey
{
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly byte[] _key;

    internal RecordKey(byte[] salt, byte[] key)
    {
        Salt = salt;
        _key = key;
    }

    /// <summary>The salt, to be stored with the process and deleted with its secrets.</summary>
    public byte[] Salt { get; }

    /// <summary>Encrypts with AES-256-GCM.</summary>
    /// <param name="purpose">The name of the field, in ASCII. It keeps one field from being read as another.</param>
    /// <param name="plain">The field.</param>
    /// <returns>Nonce, tag and cipher text.</returns>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> plain)
    {
        var @sealed = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(@sealed.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(_key, TagLength);
        cipher.Encrypt(
            @sealed.AsSpan(0, NonceLength), plain, @sealed.AsSpan(NonceLength + TagLength), @sealed.AsSpan(NonceLength, TagLength), Encoding.ASCII.GetBytes(purpose));
        return @sealed;
    }

    /// <summary>Decrypts what <see cref="Seal"/> returned for the same purpose.</summary>
    /// <exception cref="DamagedContentException">The field is damaged.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> @sealed)
    {
        if (@sealed.Length < NonceLength + TagLength)
            throw new DamagedContentException($"The {purpose} of a stored process is truncated.");

        var plain = new byte[@sealed.Length - NonceLength - TagLength];
        try
        {
            using var cipher = new AesGcm(_key, TagLength);
            cipher.Decrypt(
                @sealed[..NonceLength], @sealed[(NonceLength + TagLength)..], @sealed.Slice(NonceLength, TagLength), plain, Encoding.ASCII.GetBytes(purpose));
            return plain;
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new DamagedContentException($"The {purpose} of a stored process is damaged.", exception);
        }
    }
}
