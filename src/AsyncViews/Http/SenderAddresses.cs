using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using AsyncViews.Diagnostics;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Http;

/// <summary>
/// Tells people who are not signed in apart by their remote address, which nobody changes as easily as a cookie. An address
/// that stands for everybody tells nothing: that of a proxy whose headers nobody reads.
/// </summary>
internal sealed class SenderAddresses(IProcessStore store, IHostEnvironment environment, ILogger<SenderAddresses> logger)
{
    private byte[]? _key;
    private IPAddress? _only;
    private volatile bool _hasSeenOthers;
    private bool _hasWarned;

    private byte[] Key => _key ??= store.DeriveKey("address");

    /// <summary>A keyed hash of the address, of an IPv6 address's first 64 bits; null where it tells nothing.</summary>
    /// <exception cref="StoreUnavailableException">The store has no key just now.</exception>
    public string? Find(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } remote)
        {
            Warn(isForwarded: false);
            return null;
        }

        var address = Plain(remote);
        if (IsLocal(address) && IsOfEverybody(address, context.Request.Headers))
            return null;

        var bytes = address.GetAddressBytes().AsSpan();
        return Convert.ToHexStringLower(HMACSHA256.HashData(Key, address.AddressFamily == AddressFamily.InterNetworkV6 ? bytes[..8] : bytes));
    }

    /// <summary>The IPv4 address that an IPv6 one stands for, as a dual socket (RFC 4291) or a translator with the well-known prefix <c>64:ff9b::/96</c> (RFC 6052) writes it.</summary>
    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address.GetAddressBytes() is [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, _, _, _, _] translated ? new IPAddress(translated.AsSpan()[^4..])
        : address;

    /// <summary>A proxy on the same machine or network says so in a header; and where all requests come from one such address, it is one, or there is nobody else.</summary>
    private bool IsOfEverybody(IPAddress address, IHeaderDictionary headers)
    {
        var isForwarded = headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("Forwarded");
        var only = Volatile.Read(ref _only) ?? Interlocked.CompareExchange(ref _only, address, null) ?? address;
        if (!only.Equals(address))
            _hasSeenOthers = true;
        if (_hasSeenOthers && !isForwarded)
            return false;

        Warn(isForwarded);
        return true;
    }

    /// <summary>On a developer's machine there is nobody else, unless a proxy says so.</summary>
    private void Warn(bool isForwarded)
    {
        if ((environment.IsDevelopment() && !isForwarded) || Interlocked.Exchange(ref _hasWarned, true))
            return;

        Log.AddressTellsNothing(logger);
    }

    /// <summary>Returns whether it is of this machine, or of a network that is not reached from outside.</summary>
    private static bool IsLocal(IPAddress address)
    {
        if (IPAddress.IsLoopback(address) || address.IsIPv6UniqueLocal || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal)
            return true;

        return address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is
            [10, ..] or [172, >= 16 and <= 31, ..] or [192, 168, ..] or [169, 254, ..] or [100, >= 64 and <= 127, ..];
    }
}
