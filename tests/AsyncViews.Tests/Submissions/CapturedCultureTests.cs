using System.Globalization;
using System.Reflection;
using System.Text.Json;
using AsyncViews.Submissions;
using Microsoft.Extensions.Options;

namespace AsyncViews.Tests.Submissions;

/// <summary>Everything that can be set in a culture survives being stored; a culture as it comes is stored as its name.</summary>
public class CapturedCultureTests
{
    public static TheoryData<string> Names => [.. new[] { "", "de", "de-DE", "en-US", "fr-CH", "ar-SA", "fa-IR", "he-IL", "hi-IN", "ja-JP", "ko-KR", "th-TH", "tr-TR", "zh-TW", "de-DE_phoneb" }];

    [Fact]
    public void Culture_AsItComes_IsStoredAsItsName()
    {
        foreach (var culture in CultureInfo.GetCultures(CultureTypes.AllCultures))
        {
            Store(culture).ShouldBe(JsonSerializer.Serialize(culture.Name), culture.Name);
            Store(new CultureInfo(culture.Name, useUserOverride: false)).ShouldBe(JsonSerializer.Serialize(culture.Name), culture.Name);
        }
    }

    [Fact]
    public void Culture_ThatSharesFormatsWithOneOfAnEarlierSubmission_IsCapturedAsItIs()
    {
        var cultures = new Cultures(Options.Create(new RequestLocalizationOptions()));
        var plain = CultureInfo.GetCultureInfo("de-DE");
        var first = cultures.Capture(plain);
        var numbers = (NumberFormatInfo)plain.NumberFormat.Clone();
        numbers.NumberDecimalSeparator = "·";

        var changed = cultures.Capture(CultureInfo.ReadOnly(new CultureInfo("de-DE") { DateTimeFormat = plain.DateTimeFormat, NumberFormat = NumberFormatInfo.ReadOnly(numbers) }));
        var other = cultures.Capture(CultureInfo.ReadOnly(new CultureInfo("fr-FR") { DateTimeFormat = plain.DateTimeFormat, NumberFormat = plain.NumberFormat }));

        cultures.Capture(CultureInfo.ReadOnly(plain)).ShouldBe(first);
        first.Settings.ShouldBeEmpty();
        changed.Settings.Single().Value.ShouldBe(["·"]);
        (other.Name, other.Settings.Count > 0).ShouldBe(("fr-FR", true));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Setting_ThatCanBeChanged_IsRestored(string name)
    {
        foreach (var (part, property) in Settings(new CultureInfo(name)))
        {
            var culture = new CultureInfo(name);
            var changed = Settings(culture).Single(setting => setting.Property == property && setting.Part.GetType() == part.GetType());
            Change(changed.Part, property);

            var restored = Restore(culture);

            Describe(restored).ShouldBe(Describe(culture), $"{name} {property.DeclaringType!.Name}.{property.Name}");
            restored.IsReadOnly.ShouldBeTrue();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Settings_AllChangedAtOnceUnderEveryCalendar_AreRestored(string name)
    {
        foreach (var calendar in new CultureInfo(name).OptionalCalendars)
        {
            var culture = new CultureInfo(name);
            culture.DateTimeFormat.Calendar = calendar;
            Describe(Restore(culture)).ShouldBe(Describe(culture), $"{name} {calendar}");

            foreach (var pattern in "dDtTy")
                culture.DateTimeFormat.SetAllDateTimePatterns(["yyyy'+'MM'+'dd HH'+'mm", .. culture.DateTimeFormat.GetAllDateTimePatterns(pattern)], pattern);
            foreach (var (part, property) in Settings(culture))
                Change(part, property);

            Describe(Restore(culture)).ShouldBe(Describe(culture), $"{name} {calendar}");
        }
    }

    /// <summary>The settings that the framework has for an application: a property that a new version brings turns these tests red if it is lost.</summary>
    private static IEnumerable<(object Part, PropertyInfo Property)> Settings(CultureInfo culture) =>
        new object[] { culture.NumberFormat, culture.DateTimeFormat, culture.TextInfo, culture.DateTimeFormat.Calendar }
            .SelectMany(part => part.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(property => property.SetMethod?.IsPublic == true && property.Name != nameof(DateTimeFormatInfo.Calendar))
                .Select(property => (part, property)));

    /// <summary>Another valid value.</summary>
    private static void Change(object part, PropertyInfo property)
    {
        object changed = property.GetValue(part) switch
        {
            string => property.Name.Contains("Pattern") ? "dd'/'MM'/'yyyy HH':'mm" : "«x»",
            string[] { Length: 10 } when property.Name == nameof(NumberFormatInfo.NativeDigits) => "٠١٢٣٤٥٦٧٨٩".Select(digit => digit.ToString()).ToArray(),
            string[] texts => texts.Select(text => text + "!").ToArray(),
            int[] => new[] { 4, 2 },
            int number when property.Name == nameof(Calendar.TwoDigitYearMax) => number + 7,
            int number => number == 1 ? 2 : 1,
            DigitShapes => DigitShapes.NativeNational,
            DayOfWeek day => (DayOfWeek)(((int)day + 1) % 7),
            CalendarWeekRule rule => (CalendarWeekRule)(((int)rule + 1) % 3),
            GregorianCalendarTypes type => type == GregorianCalendarTypes.Localized ? GregorianCalendarTypes.USEnglish : GregorianCalendarTypes.Localized,
            var other => throw new NotSupportedException($"{property.Name} is {other}."),
        };
        property.SetValue(part, changed);
    }

    private static string Store(CultureInfo culture) => JsonSerializer.Serialize(CapturedCulture.Of(culture));

    private static CultureInfo Restore(CultureInfo culture) => JsonSerializer.Deserialize<CapturedCulture>(Store(culture))!.Restore();

    /// <summary>All that can be read from it, and how it writes.</summary>
    private static string[] Describe(CultureInfo culture)
    {
        var settings = Settings(culture).Select(setting => $"{setting.Part.GetType().Name}.{setting.Property.Name}={JsonSerializer.Serialize(setting.Property.GetValue(setting.Part))}");
        var patterns = "dDfFgGmotTuUyY".Select(format => $"{format}={JsonSerializer.Serialize(culture.DateTimeFormat.GetAllDateTimePatterns(format))}");
        var time = new DateTime(2026, 4, 3, 17, 5, 9, DateTimeKind.Utc);
        return
        [
            culture.Name, culture.CompareInfo.Name, culture.DateTimeFormat.Calendar.GetType().Name, .. settings, .. patterns,
            .. "dDfFgGmtTy".Select(format => time.ToString(format.ToString(), culture)), 1234567.5.ToString("N", culture), (-1.5m).ToString("C", culture),
        ];
    }
}
