using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using AsyncViews.Storage;

namespace AsyncViews.Http;

/// <summary>
/// The value of an owner's cookie: random characters, and the proof that they were drawn here. The store's key makes the
/// proof, so that a value is good for as long as what it opens: Data Protection's default key ring is bound to the
/// application's folder, and does not outlive a container.
/// </summary>
internal sealed class OwnerToken(IProcessStore store)
{
    private const int IdLength = 26;
    private const int ProofBytes = 16;
    private const int Length = IdLength + 2 * ProofBytes;

    private byte[]? _key;

    private byte[] Key => _key ??= store.DeriveKey("owner");

    /// <summary>A new owner, and the value that proves it.</summary>
    /// <param name="isSecure">Whether it goes over https only: it proves nothing in the other kind of cookie.</param>
    /// <exception cref="StoreUnavailableException">The store has no key just now.</exception>
    public (string Value, string Owner) New(bool isSecure)
    {
        var id = ProcessId.New().ToString();
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash(id, isSecure, hash);
        return (id + Convert.ToHexStringLower(hash[..ProofBytes]), Convert.ToHexStringLower(hash[ProofBytes..]));
    }

    /// <summary>The owner whose value it is; null where it was not made here. Of no use to whoever reads it in the store.</summary>
    /// <exception cref="StoreUnavailableException">The store has no key just now.</exception>
    public string? OwnerOf(ReadOnlySpan<char> value, bool isSecure)
    {
        if (value.Length != Length)
            return null;

        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Hash(value[..IdLength], isSecure, hash);
        Span<char> proof = stackalloc char[2 * ProofBytes];
        Convert.TryToHexStringLower(hash[..ProofBytes], proof, out _);
        return CryptographicOperations.FixedTimeEquals(MemoryMarshal.AsBytes(proof), MemoryMarshal.AsBytes(value[IdLength..]))
            ? Convert.ToHexStringLower(hash[ProofBytes..]) : null;
    }

    /// <summary>One half of the hash is the proof, the other names the owner: neither tells anything of the other.</summary>
    private void Hash(ReadOnlySpan<char> id, bool isSecure, Span<byte> hash)
    {
        Span<byte> message = stackalloc byte[1 + Encoding.UTF8.GetMaxByteCount(IdLength)];
        message[0] = isSecure ? (byte)1 : (byte)0;
        var length = Encoding.UTF8.GetBytes(id, message[1..]);
        HMACSHA256.HashData(Key, message[..(1 + length)], hash);
    }
}
