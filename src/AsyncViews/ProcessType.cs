using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace AsyncViews;

/// <summary>The type of the work that a process runs: a page, one of its named handlers, or a job.</summary>
/// <remarks>Its text is <c>page:{area}{path}</c>, with <c>?handler={name}</c> for a named handler, or <c>job:{name}</c>.</remarks>
public readonly record struct ProcessType : IParsable<ProcessType>
{
    private const string JobPrefix = "job:";
    private const string PagePrefix = "page:";
    private const string HandlerMark = "?handler=";
    private const int LongestJobName = 100;

    private static readonly SearchValues<char> JobNameCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_.");

    private readonly string? _value;

    private ProcessType(string value) => _value = value;

    /// <summary>Tells whether it is a job instead of a page.</summary>
    public bool IsJob => ToString().StartsWith(JobPrefix, StringComparison.Ordinal);

    /// <summary>The name of the job, or the area and the path of the page.</summary>
    public string Name => ToString()[(IsJob ? JobPrefix.Length : PagePrefix.Length)..EndOfName];

    /// <summary>The name of the page's handler; null for the default one and for a job.</summary>
    public string? Handler => EndOfName < ToString().Length ? ToString()[(EndOfName + HandlerMark.Length)..] : null;

    private int EndOfName => ToString().IndexOf(HandlerMark, StringComparison.Ordinal) is >= 0 and var mark ? mark : ToString().Length;

    /// <summary>Returns the type of a job.</summary>
    /// <param name="name">The name with which the job was added: 1 to 100 ASCII letters, digits, <c>-</c>, <c>_</c> or <c>.</c></param>
    /// <exception cref="ArgumentException">No job can have this name.</exception>
    public static ProcessType OfJob(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return IsJobName(name) ? new ProcessType(JobPrefix + name)
            : throw new ArgumentException($"'{name}' is not a valid job name. Use 1 to {LongestJobName} letters, digits, '-', '_' or '.'.", nameof(name));
    }

    /// <summary>Returns the type of a page, or of one of its handlers.</summary>
    /// <param name="path">The path of the page below its root folder, without extension, such as <c>/Reports/Import</c>.</param>
    /// <param name="area">The area of the page; null if it is in none.</param>
    /// <param name="handler">The name of the handler; null for the default one.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> does not begin with a slash.</exception>
    public static ProcessType OfPage(string path, string? area = null, string? handler = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path[0] == '/' ? new ProcessType(PagePrefix + area + path + (handler is null ? "" : HandlerMark + handler))
            : throw new ArgumentException($"'{path}' is not the path of a page, which begins with a slash.", nameof(path));
    }

    /// <summary>Parses a type as <see cref="ToString"/> writes it.</summary>
    /// <exception cref="FormatException"><paramref name="s"/> is not a type.</exception>
    public static ProcessType Parse(string s) => TryParse(s, out var type) ? type
        : throw new FormatException($"'{s}' is not a process type, such as page:/Import, page:/Report?handler=Export or job:nightly.");

    /// <summary>Parses a type as <see cref="ToString"/> writes it. False if the text is not a type.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, out ProcessType result)
    {
        var wellFormed = s is not null
            && ((s.StartsWith(JobPrefix, StringComparison.Ordinal) && IsJobName(s.AsSpan(JobPrefix.Length)))
                || (s.StartsWith(PagePrefix, StringComparison.Ordinal) && s.Contains('/')));
        result = wellFormed ? new ProcessType(s!) : default;
        return wellFormed;
    }

    static ProcessType IParsable<ProcessType>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<ProcessType>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ProcessType result) => TryParse(s, out result);

    /// <summary>The type's text, as stores, logs and metrics have it.</summary>
    public override string ToString() => _value ?? throw new InvalidOperationException("This process type was never assigned.");

    /// <summary>Returns whether it is this page's: its default handler's, or a named one's.</summary>
    internal bool BelongsTo(ProcessType page)
    {
        var value = ToString().AsSpan();
        return value.StartsWith(page.ToString(), StringComparison.Ordinal) && value.Length - page.ToString().Length is var rest
            && (rest == 0 || value[^rest..].StartsWith(HandlerMark, StringComparison.Ordinal));
    }

    private static bool IsJobName(ReadOnlySpan<char> name) => name.Length is > 0 and <= LongestJobName && !name.ContainsAnyExcept(JobNameCharacters);
}
