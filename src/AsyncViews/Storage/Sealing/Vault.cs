using System.Security.Cryptography;
using System.Text;
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

    private byte[] _recordKey = [];
    private byte[] _identityKey = [];
    private byte[] _otherKeys = [];

    /// <summary>Creates the store's key.</summary>
    /// <returns>The key as the ring wraps it. Anyone who can unwrap it can read everything.</returns>
    public byte[] MakeKey()
    {
        var key = RandomNumberGenerator.GetBytes(KeyLength);
        Use(key);
        return ring.Protect(key);
    }

    /// <summary>Uses the store's key as <see cref="MakeKey"/> returned it. Returns false if the ring is not the one that wrapped it.</summary>
    public bool Unlock(byte[] wrapped)
    {
        try
        {
            Use(ring.Unprotect(wrapped));
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>Creates the key of a new process.</summary>
    public RecordKey NewKey() => KeyOf(RandomNumberGenerator.GetBytes(KeyLength));

    /// <summary>Derives the key of the process with this salt.</summary>
    public RecordKey KeyOf(byte[] salt) => new(salt, HMACSHA256.HashData(_recordKey, salt));

    /// <summary>Hides an identity: equal identities have equal hashes, which nobody can guess without the store's key.</summary>
    public byte[]? Hide(string? identity) => identity is null ? null : HMACSHA256.HashData(_identityKey, Encoding.UTF8.GetBytes(identity));

    /// <summary>Derives the key of another purpose than the store's own, as <see cref="IProcessStore.DeriveKey"/> returns it.</summary>
    public byte[] Derive(string purpose) => HMACSHA256.HashData(_otherKeys, Encoding.UTF8.GetBytes(purpose));

    private void Use(byte[] key)
    {
        _recordKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "records"u8.ToArray());
        _identityKey = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "identities"u8.ToArray());
        _otherKeys = HKDF.Expand(HashAlgorithmName.SHA256, key, KeyLength, "other keys"u8.ToArray());
    }
}
