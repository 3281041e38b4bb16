using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using AsyncViews.Resources;

namespace AsyncViews.Tests.Architecture;

/// <summary>The texts that the sources ask for and those that the resources have, in every language.</summary>
public partial class TranslationTests
{
    private static readonly string[] Used = [.. SourceFiles().SelectMany(file => Literal().Matches(File.ReadAllText(file)))
        .Select(match => Regex.Unescape(match.Groups["key"].Value)).Distinct()];

    /// <summary>By culture, each with the texts of its parent that it does not replace.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Texts = ReadAll();

    public static TheoryData<string> Cultures => [.. Texts.Keys];

    [Fact]
    public void Languages_AreThoseOfTheFiles()
    {
        Strings.Languages.ShouldBe(Texts.Keys, ignoreOrder: true);
        Strings.Languages[0].ShouldBe("en");
        foreach (var required in (string[])["ar", "de", "fa", "he", "hi", "it", "ja", "zh-Hans", "zh-Hant"])
            Strings.Languages.ShouldContain(required);
        Strings.Languages.Count.ShouldBeGreaterThan(22);
    }

    [Theory, MemberData(nameof(Cultures))]
    public void Keys_OfALanguage_AreThoseThatTheSourcesUse(string culture)
    {
        Used.Length.ShouldBeGreaterThan(50);

        Used.Except(Texts[culture].Keys).ShouldBeEmpty("not translated");
        Texts[culture].Keys.Except(Used).ShouldBeEmpty("not used");
    }

    [Theory, MemberData(nameof(Cultures))]
    public void Texts_OfALanguage_KeepThePlaceholders(string culture)
    {
        foreach (var (key, text) in Texts[culture])
        {
            text.Trim().ShouldBe(text, key);
            text.ShouldNotBeEmpty(key);
            var english = Texts["en"][key].Split('|');
            var forms = text.Split('|');
            forms.Length.ShouldBe(english.Length == 1 ? 1 : PluralForms.CountOf(culture), key);
            Placeholders(forms[^1]).ShouldBe(Placeholders(english[^1]), key);
        }
    }

    [Theory, MemberData(nameof(Cultures))]
    public void Texts_OfALanguage_SayItsNameAndDirection(string culture)
    {
        Texts[culture]["Language.Name"].ShouldBe(culture);
        Texts[culture]["Language.Direction"].ShouldBe(CultureInfo.GetCultureInfo(culture).TextInfo.IsRightToLeft ? "rtl" : "ltr");
    }

    /// <summary>A person who is asked to discard something looks for the button that says so.</summary>
    [Theory, MemberData(nameof(Cultures))]
    public void KeptLimit_OfALanguage_HasTheVerbOfTheButton(string culture) =>
        Texts[culture]["Refused.KeptLimit"].ShouldContain(culture == "he" ? "מח" : StemOf(Texts[culture]["Action.Discard"]), Case.Insensitive);

    /// <summary>A person reads the number to an operator, who has to find the field for it.</summary>
    [Theory, MemberData(nameof(Cultures))]
    public void ReferenceNumber_OfALanguage_HasOneName(string culture)
    {
        foreach (var word in Texts[culture]["Admin.Reference"].Split(' '))
        {
            Texts[culture]["Reference.Text"].ShouldContain(StemOf(word), Case.Insensitive);
            Texts[culture]["Admin.FindLabel"].ShouldContain(StemOf(word), Case.Insensitive);
        }
    }

    /// <summary>One sentence for one thing, whether something was saved or not.</summary>
    [Theory, MemberData(nameof(Cultures))]
    public void Ends_WithNothingSaved_AreCalledAsThoseWithout(string culture)
    {
        FirstOf("NothingSaved.Canceled").ShouldBe(FirstOf("Canceled.WhileRunning"));
        FirstOf("NothingSaved.Interrupted").ShouldBe(FirstOf("Interrupted.Text"));

        // Thai has spaces between its sentences only.
        string FirstOf(string key) => Texts[culture][key].Split((culture == "th" ? " " : ".。।").ToCharArray())[0];
    }

    [Fact]
    public void Keys_AreNamesAndNoTexts() => Used.Where(key => !Name().IsMatch(key)).ShouldBeEmpty();

    /// <summary>Else the tests above would not see what is translated: a key may travel as <c>Strings.Key("…")</c>.</summary>
    [Fact]
    public void Sources_TranslateLiteralsOnly() =>
        SourceFiles().SelectMany(file => Other().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file)}: {match.Value}"))
            .ShouldBe(["HandlerFilter.cs: texts[refusal.Message]", "MyProcessesEndpoint.cs: texts[refusal.Message]", "TokenCheck.cs: texts[refusal.Message]", "ProcessReason.cs: texts[Code, [.. Arguments]"], ignoreOrder: true);

    [Fact]
    public void Views_OfTheLibrary_SayTheLanguageOfTheirTexts()
    {
        var views = SourceFiles().Where(file => file.EndsWith(".cshtml")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);

        views.Keys.Count(name => !name.StartsWith('_')).ShouldBeGreaterThan(10);
        views["_Frame.cshtml"].ShouldMatch(Whole().ToString());
        views["_ViewStart.cshtml"].ShouldContain("Layout = \"/Pages/Shared/_AsyncViews/_Frame.cshtml\";");
        views.Where(view => view.Key is not ("_Frame.cshtml" or "_ViewStart.cshtml") && view.Value.Contains("Layout =")).ShouldBeEmpty();
    }

    private static IEnumerable<string> SourceFiles() => Repository.Sources(Repository.Library, ".cs", ".cshtml");

    private static string[] Placeholders(string text) => [.. Placeholder().Matches(text).Select(match => match.Value).Order()];

    /// <summary>The beginning of a word, which its other forms share.</summary>
    private static string StemOf(string word) => word[..Math.Max(Math.Min(3, word.Length), (word.Length + 1) / 2)];

    private static Dictionary<string, Dictionary<string, string>> ReadAll()
    {
        var files = Repository.Sources(Path.Combine(Repository.Library, "Resources"), ".resx")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file)["Strings.".Length..], Read);
        foreach (var (culture, texts) in files)
        {
            if (files.TryGetValue(CultureInfo.GetCultureInfo(culture).Parent.Name, out var parents))
            {
                foreach (var (key, text) in parents)
                    texts.TryAdd(key, text);
            }
        }

        return files;
    }

    private static Dictionary<string, string> Read(string file) =>
        XDocument.Load(file).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    [GeneratedRegex("""(?:\b_?[Tt]exts\[|\bStrings\.Key\()\s*"(?<key>(?:[^"\\]|\\.)*)"(?=[,\])])""")]
    private static partial Regex Literal();

    [GeneratedRegex("""\b_?[Tt]exts\[(?!\s*")[^\]]*\]""")]
    private static partial Regex Other();

    [GeneratedRegex("""<div class="av-page[^>]*" lang="@Texts\["Language.Name"\]" dir="@Texts\["Language.Direction"\]">""")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[A-Z][A-Za-z]+\.[A-Z][A-Za-z]+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Placeholder();
}
