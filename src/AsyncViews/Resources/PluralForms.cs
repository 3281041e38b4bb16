namespace AsyncViews.Resources;

/// <summary>Texts that count: their forms stand behind each other, with a bar between, in the order of the language's plural categories.</summary>
/// <remarks>The categories and their rules for whole numbers are those of Unicode CLDR, "Language Plural Rules".</remarks>
internal static class PluralForms
{
    private const char Separator = '|';

    /// <summary>The form of a text that fits the number, with the number in its placeholder.</summary>
    public static string Choose(string text, string language, int number)
    {
        var forms = text.Split(Separator);

        // An application's own text may have one form only.
        var form = forms[Math.Min(IndexFor(language, number), forms.Length - 1)];
        return string.Format(Strings.FormatCulture, form, number);
    }

    /// <summary>How many forms a text of this language has.</summary>
    public static int CountOf(string language) => language switch
    {
        "id" or "ja" or "ko" or "th" or "vi" or "zh-Hans" or "zh-Hant" => 1,
        "cs" or "he" or "pl" or "ro" or "ru" or "uk" => 3,
        "ar" => 6,
        _ => 2,
    };

    private static int IndexFor(string language, int number) => language switch
    {
        _ when CountOf(language) == 1 => 0,
        "fa" or "fr" or "hi" or "pt-BR" => number <= 1 ? 0 : 1,
        "cs" => number switch { 1 => 0, >= 2 and <= 4 => 1, _ => 2 },
        "he" => number switch { 1 => 0, 2 => 1, _ => 2 },
        "pl" => number == 1 ? 0 : IsSlavicFew(number) ? 1 : 2,
        "ro" => number == 1 ? 0 : number == 0 || number % 100 is >= 1 and <= 19 ? 1 : 2,
        "ru" or "uk" => number % 10 == 1 && number % 100 != 11 ? 0 : IsSlavicFew(number) ? 1 : 2,
        "ar" => number switch { <= 2 => number, _ => (number % 100) switch { >= 3 and <= 10 => 3, >= 11 => 4, _ => 5 } },
        _ => number == 1 ? 0 : 1,
    };

    private static bool IsSlavicFew(int number) => number % 10 is >= 2 and <= 4 && number % 100 is not (>= 12 and <= 14);
}
