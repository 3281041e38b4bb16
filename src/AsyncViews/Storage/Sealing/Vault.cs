using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.DataProtection;

namespace AsyncViews.Storage.Sealing;

/// <summary>
/// The key of a store, and those that are derived from it. Each process has a key of its own, derived from the store's key and
/// a salt that is stored with the process.
/// </summary>
/// <param name="ring">Wraps the store's key, so that it can be stored beside what it protects.</param>
public sealed class Vault(IDataProtector ring)
{
    private const int KeyLength = 32;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    private byte[] _recordKey = [];
    private byte[] _identityKey = [];
    private byte[] _ownerKey = [];
    private byte[] _ownerCipherKey = [];
    private byte[] _otherKeys = [];

    /// <summary>Creates the store's key.</summary>
    /// <returns>The key as the ring wraps it. Anyone who can unwrap it can read everything.</returns>
    /// <remarks>If the ring cannot be read or written, the exception is that of its repository, such as <see cref="IOException"/>.</remarks>
    public byte[] MakeKey()
    {
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        Use(key);
        try
        {
            return ring.Protect(key);
        }
        catch (CryptographicException exception)
        {
            ThrowIfUnreadable(exception);
            throw;
        }
    }

    /// <summary>Uses the store's key as <see cref="MakeKey"/> returned it. Returns false if the ring is not the one that wrapped it.</summary>
    /// <remarks><inheritdoc cref="MakeKey" path="/remarks" /></remarks>
    public bool Unlock(byte[] wrapped)
    {
        try
        {
            Use(ring.Unprotect(wrapped));
            return true;
        }
        catch (CryptographicException exception)
        {
            ThrowIfUnreadable(exception);
            return false;
        }
    }

    /// <summary>Creates the key of a new process.</summary>
    /// <param name="id">The process.</param>
    /// <param name="owner">Its owner as <see cref="HideOwner"/> returned it.</param>
    public RecordKey NewKey(ProcessId id, string owner) => KeyOf(RandomNumberGenerator.GetBytes(KeyLength), id, owner);

    /// <summary>
    /// Derives the key of the process with this salt. A record whose id or owner was changed has another key, so what was sealed in it
    /// opens for nobody.
    /// </summary>
    /// <param name="salt">The salt.</param>
    /// <param name="id">The process.</param>
    /// <param name="owner">Its owner as <see cref="HideOwner"/> returned it.</param>
    public RecordKey KeyOf(byte[] salt, ProcessId id, string owner)
    {
        ArgumentNullException.ThrowIfNull(salt);
        byte[] bound = [.. BitConverter.GetBytes(salt.Length), .. salt, .. Encoding.UTF8.GetBytes($"{id} {owner}")];
        return new RecordKey(salt, HMACSHA256.HashData(_recordKey, bound));
    }

    /// <summary>Hides an identity: equal identities have equal hashes, which nobody can guess without the store's key.</summary>
    public byte[]? Hide(string? identity) => identity is null ? null : HMACSHA256.HashData(_identityKey, Encoding.UTF8.GetBytes(identity));

    /// <summary>Hides an entry of metadata, so that it can be searched for: equal entries have equal hashes, which nobody can guess without the store's key.</summary>
    public string HideMetadata(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        return Convert.ToHexStringLower(Hide(string.Create(CultureInfo.InvariantCulture, $"metadata {key.Length} {key}{value}"))!);
    }

    /// <summary>Hides the reference of a group; null if there is none.</summary>
    [return: NotNullIfNotNull(nameof(reference))]
    public string? HideGroup(string? reference) => reference is null ? null : Convert.ToHexStringLower(Hide($"group {reference}")!);

    /// <summary>
    /// Hides an owner, so that its processes can be found by it and nobody can guess it without the store's key. Equal owners are hidden
    /// equally: the nonce is a keyed hash of the owner, and stays with a tombstone, whose own key is gone.
    /// </summary>
    public string HideOwner(string owner)
    {
        ArgumentNullException.ThrowIfNull(owner);
        var plain = Encoding.UTF8.GetBytes(owner);
        var hidden = new byte[NonceLength + TagLength + plain.Length];
        HMACSHA256.HashData(_ownerKey, plain).AsSpan(0, NonceLength).CopyTo(hidden);
        using var cipher = new AesGcm(_ownerCipherKey, TagLength);
        cipher.Encrypt(hidden.AsSpan(0, NonceLength), plain, hidden.AsSpan(NonceLength + TagLength), hidden.AsSpan(NonceLength, TagLength));
        return Convert.ToHexStringLower(hidden);
    }

    /// <summary>Reveals what <see cref="HideOwner"/> returned.</summary>
    /// <exception cref="DamagedContentException">It is damaged.</exception>
    public string RevealOwner(string hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        try
        {
            var bytes = Convert.FromHexString(hidden).AsSpan();
            var plain = new byte[bytes.Length - NonceLength - TagLength];
            using var cipher = new AesGcm(_ownerCipherKey, TagLength);
            cipher.Decrypt(bytes[..NonceLength], bytes[(NonceLength + TagLength)..], bytes.Slice(NonceLength, TagLength), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException or AuthenticationTagMismatchException)
        {
            throw new DamagedContentException("The owner of a stored process is damaged.", exception);
        }
    }

    /// <summary>Derives the key of another purpose than the store's own, as <see cref="IProcessStore.DeriveKey"/> returns it.</summary>
    public byte[] Derive(string purpose) => HMACSHA256.HashData(_otherKeys, Encoding.UTF8.GetBytes(purpose));

    /// <summary>Throws what Data Protection has wrapped, if that comes from the ring's repository: a ring that cannot be read just now is not another one.</summary>
    private static void ThrowIfUnreadable(CryptographicException exception)
    {
        for (var cause = exception.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is IOException or UnauthorizedAccessException or XmlException or DbException)
                ExceptionDispatchInfo.Throw(cause);
        }
    }

    private void Use(byte[] key)
    {
        _recordKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "records"u8.ToArray());
        _identityKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "identities"u8.ToArray());
        _ownerKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "owners"u8.ToArray());
        _ownerCipherKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "owners' cipher"u8.ToArray());
        _otherKeys = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "other keys"u8.ToArray());
    }
}
