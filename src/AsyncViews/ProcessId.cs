using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace AsyncViews;

/// <summary>The unguessable name of a process: 26 lower-case characters, 130 random bits.</summary>
/// <remarks>
/// The alphabet is Crockford's base 32 in lower case: safe in a URL, even if an application
/// lower-cases its query strings.
/// </remarks>
public readonly record struct ProcessId : IParsable<ProcessId>
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int Length = 26;
    private const int LengthOfPart = 4;

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    private readonly string? _value;

    private ProcessId(string value) => _value = value;

    /// <summary>
    /// A short form for people and logs, such as <c>K7QF-3M2P</c>: the first eight characters, which give no access to the
    /// process.
    /// </summary>
    public string Reference => $"{ToString().AsSpan(0, LengthOfPart)}-{ToString().AsSpan(LengthOfPart, LengthOfPart)}".ToUpperInvariant();

    /// <summary>
    /// The characters that the ids with this <see cref="Reference"/> begin with, in upper or lower case. Of any other text it is a blank,
    /// with which no id begins, and not the beginning of many.
    /// </summary>
    public static string BeginningOf(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference.Split('-') is [{ Length: LengthOfPart } first, { Length: LengthOfPart } second] ? (first + second).ToLowerInvariant() : " ";
    }

    /// <summary>Creates an id from the operating system's random numbers.</summary>
    public static ProcessId New() => new(RandomNumberGenerator.GetString(Alphabet, Length));

    /// <summary>Creates the id that follows from these bytes, at least 26, which nobody can guess.</summary>
    internal static ProcessId Of(ReadOnlySpan<byte> bytes)
    {
        Span<char> characters = stackalloc char[Length];
        for (var i = 0; i < Length; i++)
            characters[i] = Alphabet[bytes[i] % Alphabet.Length];
        return new ProcessId(characters.ToString());
    }

    /// <summary>Parses an id as <see cref="ToString"/> writes it.</summary>
    /// <exception cref="FormatException"><paramref name="s"/> is not an id.</exception>
    public static ProcessId Parse(string s) =>
        TryParse(s, out var id) ? id : throw new FormatException("A process id consists of 26 characters: 0-9 and a-z except i, l, o and u.");

    /// <summary>Parses an id as <see cref="ToString"/> writes it. False if the text is not an id.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out ProcessId result)
    {
        var wellFormed = s is { Length: Length } && !s.AsSpan().ContainsAnyExcept(Characters);
        result = wellFormed ? new ProcessId(s!) : default;
        return wellFormed;
    }

    static ProcessId IParsable<ProcessId>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ProcessId>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ProcessId result) => TryParse(s, out result);

    /// <summary>The id's 26 characters.</summary>
    public override string ToString() => _value ?? throw new InvalidOperationException("This process id was never assigned.");
}
