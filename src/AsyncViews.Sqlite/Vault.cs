using System.Security.Cryptography;
using System.Text;
using AsyncViews.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AsyncViews.Sqlite;

/// <summary>
/// Encrypts what is secret in a record with a key of its own, and wraps that key with a ring beside the database: the
/// application's default ring is bound to its folder, and a release in a new one could read nothing.
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

    private byte[] _identityKey = [];

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyLength);

    public byte[] Wrap(byte[] key) => _protector.Protect(key);

    /// <exception cref="DamagedContentException">It is not as it was wrapped, or the ring is another one.</exception>
    public byte[] Unwrap(byte[] wrapped)
    {
        try
        {
            return _protector.Unprotect(wrapped);
        }
        catch (CryptographicException exception)
        {
            throw new DamagedContentException("The key of a stored process is damaged.", exception);
        }
    }

    /// <summary>A key under the ring: who can read it can read everything.</summary>
    public byte[] MakeCanary()
    {
        _identityKey = NewKey();
        return Wrap(_identityKey);
    }

    public bool KnowsCanary(byte[] canary)
    {
        try
        {
            _identityKey = Unwrap(canary);
            return true;
        }
        catch (DamagedContentException)
        {
            return false;
        }
    }

    /// <summary>The same for the same identity, and nothing that could be guessed without the canary.</summary>
    public byte[]? Hide(string? identity) => identity is null ? null : HMACSHA256.HashData(_identityKey, Encoding.UTF8.GetBytes(identity));

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
            throw new DamagedContentException($"The {purpose} of a stored process is cut off.");

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
}
