using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Resources;
using Microsoft.Extensions.Localization;

namespace AsyncViews;

/// <summary>
/// The library's texts in all its languages. Their keys stay the same when a text is reworded;
/// <c>Resources/Strings.en.resx</c> lists them all with their English. The keys <c>Language.Name</c> and
/// <c>Language.Direction</c> give the language of the other texts and its direction, <c>ltr</c> or <c>rtl</c>. To replace
/// texts, derive from this class and register yours as <c>IStringLocalizer&lt;Strings&gt;</c>.
/// </summary>
/// <remarks>
/// This assembly contains the resources of all languages. An application's ResourcesPath or localizer factory cannot hide
/// them, and there are no satellite assemblies to build and deploy.
/// </remarks>
public class Strings : IStringLocalizer<Strings>
{
    private const string Prefix = "AsyncViews.Resources.Strings.";
    private const string Suffix = ".resources";
    private const string English = "en";

    private static readonly ConcurrentDictionary<string, FrozenDictionary<string, string>> Read = new();

    /// <summary>The names of the cultures that have texts, English first, for an application's supported cultures.</summary>
    public static IReadOnlyList<string> Languages { get; } =
    [
        English,
        .. typeof(Strings).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Where(name => name != English)
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>
    /// The culture of the numbers and times in these texts: the current culture if it has the language of the current UI culture
    /// (<c>de-AT</c> with German texts), otherwise the UI culture.
    /// </summary>
    public static CultureInfo FormatCulture =>
        CultureInfo.CurrentCulture.TwoLetterISOLanguageName == CultureInfo.CurrentUICulture.TwoLetterISOLanguageName ? CultureInfo.CurrentCulture : CultureInfo.CurrentUICulture;

    /// <summary>The text in the language of the current UI culture, else in that of its parents, else in English.</summary>
    public virtual LocalizedString this[string name] =>
        Chain(parents: true).Select(language => TextsIn(language).GetValueOrDefault(name)).FirstOrDefault(text => text is not null) is { } found
            ? new LocalizedString(name, found)
            : new LocalizedString(name, name, resourceNotFound: true);

    /// <summary>The same text with its placeholders filled in, in the <see cref="FormatCulture"/>.</summary>
    public virtual LocalizedString this[string name, params object[] arguments]
    {
        get
        {
            var text = this[name];
            return new LocalizedString(name, string.Format(FormatCulture, text.Value, arguments), text.ResourceNotFound);
        }
    }

    /// <inheritdoc />
    public virtual IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) =>
        Chain(includeParentCultures).SelectMany(language => TextsIn(language)).DistinctBy(text => text.Key).Select(text => new LocalizedString(text.Key, text.Value));

    /// <summary>Marks the key of a text that is looked up elsewhere, where it is shown.</summary>
    internal static string Key(string key) => key;

    private static IEnumerable<string> Chain(bool parents)
    {
        for (var culture = CultureInfo.CurrentUICulture; culture.Name.Length > 0; culture = culture.Parent)
        {
            if (Languages.Contains(culture.Name))
                yield return culture.Name;
            if (!parents)
                yield break;
        }

        yield return English;
    }

    private static FrozenDictionary<string, string> TextsIn(string language) => Read.GetOrAdd(language, static language =>
    {
        if (typeof(Strings).Assembly.GetManifestResourceStream(Prefix + language + Suffix) is not { } stream)
            return FrozenDictionary<string, string>.Empty;

        using var reader = new ResourceReader(stream);
        return reader.Cast<DictionaryEntry>().ToFrozenDictionary(entry => (string)entry.Key, entry => (string)entry.Value!);
    });
}
