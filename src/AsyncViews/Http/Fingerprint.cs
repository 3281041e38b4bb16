using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AsyncViews.Http;

/// <summary>A SHA-256 hash of texts and contents. Each text goes with its length, so that no two rows of them are taken for the same.</summary>
internal sealed class Fingerprint : IDisposable
{
    private const int BlockSize = 16 * 1024;

    /// <summary>Room for the texts of most.</summary>
    private readonly ArrayBufferWriter<byte> _texts = new(512);
    private IncrementalHash? _hash;

    public static string Of(params ReadOnlySpan<string?> texts)
    {
        using var fingerprint = new Fingerprint();
        fingerprint.Add(texts);
        return fingerprint.Take();
    }

    public void Add(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            _texts.Write(MemoryMarshal.AsBytes([text?.Length ?? -1]));
            Encoding.UTF8.GetBytes(text, _texts);
            if (_texts.WrittenCount >= BlockSize)
                Flush();
        }
    }

    public async Task AddAsync(Stream content, CancellationToken cancellationToken)
    {
        Flush();
        var block = ArrayPool<byte>.Shared.Rent(BlockSize);
        try
        {
            var count = await content.ReadAsync(block, cancellationToken);
            while (count > 0)
            {
                _hash!.AppendData(block, 0, count);
                count = await content.ReadAsync(block, cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block, clearArray: true);
        }
    }

    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Take()
    {
        if (_hash is null)
            return Convert.ToHexStringLower(SHA256.HashData(_texts.WrittenSpan));

        Flush();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose() => _hash?.Dispose();

    private void Flush()
    {
        _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _hash.AppendData(_texts.WrittenSpan);
        _texts.ResetWrittenCount();
    }
}
