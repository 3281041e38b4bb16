using System.Collections.Frozen;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AsyncViews.Results;

/// <summary>Selects the headers of a response that are recorded: those that a later connection can send without harm.</summary>
internal static class RecordedHeaders
{
    private static readonly FrozenSet<string> OfTheConnection = new[]
    {
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization, HeaderNames.ProxyConnection,
        HeaderNames.TE, HeaderNames.Trailer, HeaderNames.TransferEncoding, HeaderNames.Upgrade,
        HeaderNames.Date, HeaderNames.Server, HeaderNames.ContentLength, HeaderNames.AltSvc,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Checks every value as Kestrel would, then drops what belongs to one connection.</summary>
    /// <exception cref="InvalidOperationException">A name or value cannot be sent.</exception>
    public static void Clean(IHeaderDictionary headers)
    {
        foreach (var (name, values) in headers)
        {
            if (name.Length == 0 || name.AsSpan().ContainsAnyExceptInRange('!', '~') || name.Contains(':'))
                throw new InvalidOperationException("The name of a response header contains an invalid character.");

            foreach (var value in values)
                Check(name, value);
        }

        foreach (var name in OfTheConnection)
            headers.Remove(name);
    }

    private static void Check(string name, string? value)
    {
        foreach (var character in value ?? "")
        {
            if ((character < ' ' && character != '\t') || character >= 0x7F)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
                    $"The response header {name} contains the character U+{(int)character:X4}, which cannot be sent. Encode it."));
            }
        }
    }
}
