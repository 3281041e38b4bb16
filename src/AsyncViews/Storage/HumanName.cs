using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace AsyncViews.Storage;

/// <summary>The name of a process without a title, made of its type, for people to read.</summary>
internal static partial class HumanName
{
    private const string Index = "Index";

    /// <summary>Made once for each type: every poll shows one.</summary>
    private static readonly ConcurrentDictionary<ProcessType, string> Names = new();

    /// <summary>
    /// <c>page:/Admin/UserImport</c> is "User import", <c>page:/Reports/Index</c> is "Reports", <c>page:/Report?handler=Export</c> is
    /// "Report – Export", <c>job:nightly-report</c> is "Nightly report".
    /// </summary>
    public static string Of(ProcessType type) => Names.GetOrAdd(type, Make);

    private static string Make(ProcessType type)
    {
        var segments = type.Name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var name = Words(segments.LastOrDefault(segment => !segment.Equals(Index, StringComparison.OrdinalIgnoreCase)) ?? Index);
        return type.Handler is { } handler ? $"{name} – {Words(handler)}" : name;
    }

    private static string Words(string name) =>
        string.Join(' ', Boundary().Split(name).Where(word => word.Length > 0).Select((word, index) => index == 0 ? Capitalized(word) : Lowered(word)));

    private static string Capitalized(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    /// <summary>An abbreviation stays one.</summary>
    private static string Lowered(string word) => word.Length > 1 && word.All(character => !char.IsLower(character)) ? word : word.ToLowerInvariant();

    [GeneratedRegex(@"[-_. ]+|(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})")]
    private static partial Regex Boundary();
}
