using System.Security.Cryptography;
using System.Text;
using AsyncViews.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AsyncViews.Sqlite;

/// <summary>
/// Encrypts the secrets of a record with a key of its own, derived from the store's key and a salt in the record. Without the
/// salt, nobody can derive the key again. A ring beside the database wraps the store's key: the application's default ring
/// is bound to its folder, and a release in a new one could read nothing.
/// </summary>
internal sealed class Vault(DirectoryInfo ring)
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private readonly IDataProtector _protector = DataProtectionProvider
        .Create(ring, builder => builder.SetApplicationName("AsyncViews").Services
            .Configure<KeyManagementOptions>(options => options.XmlRepository = new SyncedKeyRing(ring, NullLoggerFactory.Instance)))
        .CreateProtector("AsyncViews.Sqlite");

    private byte[] _recordKey = [];
    private byte[] _identityKey = [];
    private byte[] _otherKeys = [];

    public static byte[] NewSalt() => RandomNumberGenerator.GetBytes(KeyLength);

    /// <summary>Makes the store's key.</summary>
    /// <returns>The key as the ring wraps it. Anyone who can unwrap it can read everything.</returns>
    public byte[] MakeKey()
    {
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        Use(key);
        return _protector.Protect(key);
    }

    /// <summary>Returns false if the ring is not the one that wrapped the store's key.</summary>
    public bool Unlock(byte[] wrapped)
    {
        try
        {
            Use(_protector.Unprotect(wrapped));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The key of the record with this salt.</summary>
    public byte[] KeyOf(byte[] salt) => HMACSHA256.HashData(_recordKey, salt);

    /// <summary>Hides an identity: equal identities have equal hashes, which nobody can guess without the store's key.</summary>
    public byte[]? Hide(string? identity) => identity is null ? null : HMACSHA256.HashData(_identityKey, Encoding.UTF8.GetBytes(identity));

    /// <summary>The key of another purpose than the store's own.</summary>
    public byte[] Derive(string purpose) => HMACSHA256.HashData(_otherKeys, Encoding.UTF8.GetBytes(purpose));

    /// <summary>Encrypts with AES-256-GCM: nonce, tag, cipher text. The purpose keeps one field from being read as another.</summary>
    public static byte[] Seal(byte[] key, string purpose, ReadOnlySpan<byte> plain)
    {
        var @sealed = new byte[NonceLength + TagLength + plain.Length];
        RandomNumberGenerator.Fill(@sealed.AsSpan(0, NonceLength));
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(
            @sealed.AsSpan(0, NonceLength), plain, @sealed.AsSpan(NonceLength + TagLength), @sealed.AsSpan(NonceLength, TagLength), Encoding.ASCII.GetBytes(purpose));
        return @sealed;
    }

    /// <exception cref="DamagedContentException">The record is damaged.</exception>
    public static byte[] Open(byte[] key, string purpose, ReadOnlySpan<byte> @sealed)
    {
        if (@sealed.Length < NonceLength + TagLength)
            throw new DamagedContentException($"The {purpose} of a stored process is truncated.");

        var plain = new byte[@sealed.Length - NonceLength - TagLength];
        try
        {
            using var cipher = new AesGcm(key, TagLength);
            cipher.Decrypt(
                @sealed[..NonceLength], @sealed[(NonceLength + TagLength)..], @sealed.Slice(NonceLength, TagLength), plain, Encoding.ASCII.GetBytes(purpose));
            return plain;
        }
        catch (AuthenticationTagMismatchException exception)
        {
            throw new DamagedContentException($"The {purpose} of a stored process is damaged.", exception);
        }
    }

    private void Use(byte[] key)
    {
        _recordKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "records"u8.ToArray());
        _identityKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "identities"u8.ToArray());
        _otherKeys = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "other keys"u8.ToArray());
    }
}
