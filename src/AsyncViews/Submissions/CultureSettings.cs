using System.Globalization;
using System.Reflection;

namespace AsyncViews.Submissions;

/// <summary>
/// Everything that an application can set in a culture, as texts by names: the writable properties of its formats and its
/// calendar, and the patterns by which it reads dates.
/// </summary>
internal static class CultureSettings
{
    public const string Patterns = "dDtTy";

    /// <summary>The framework derives this from other patterns until it is set, and forgets it when they are.</summary>
    private const string LastPattern = nameof(DateTimeFormatInfo.FullDateTimePattern);

    private static readonly Dictionary<Type, PropertyInfo[]> Writable = new()
    {
        [typeof(NumberFormatInfo)] = WritableOf(typeof(NumberFormatInfo)),
        [typeof(DateTimeFormatInfo)] = WritableOf(typeof(DateTimeFormatInfo)),
        [typeof(TextInfo)] = WritableOf(typeof(TextInfo)),
    };

    /// <summary>The settings of a culture where they are not those of the framework's culture of a name.</summary>
    public static Dictionary<string, string[]> Differences(CultureInfo culture, string name)
    {
        var differences = new Dictionary<string, string[]>();
        var plain = CultureInfo.GetCultureInfo(name);
        if (CultureComparison.AreEqual(culture, plain))
            return differences;

        var calendar = culture.DateTimeFormat.Calendar;
        if (FindCalendar(plain, calendar.GetType().Name, KindOf(calendar)) is { } other && !IsSame(other, plain.DateTimeFormat.Calendar))
        {
            differences[nameof(Calendar)] = [calendar.GetType().Name, KindOf(calendar)];
            plain = WithCalendar(plain, other);
        }

        var usual = Read(plain);
        foreach (var (setting, value) in Read(culture))
        {
            if (!usual.TryGetValue(setting, out var usualValue) || !usualValue.SequenceEqual(value))
                differences[setting] = value;
        }

        return differences;
    }

    /// <summary>The framework's culture of a name with these settings.</summary>
    /// <exception cref="InvalidDataException">This culture has no such calendar here.</exception>
    public static CultureInfo Apply(Dictionary<string, string[]> settings, string name)
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo(name).Clone();
        if (settings.TryGetValue(nameof(Calendar), out var calendar))
        {
            culture = WithCalendar(culture, FindCalendar(culture, calendar[0], calendar[1])
                ?? throw new InvalidDataException($"The culture {name} has no {calendar[0]} here."));
        }

        foreach (var pattern in Patterns)
        {
            if (settings.TryGetValue(NameOf(pattern), out var values))
                culture.DateTimeFormat.SetAllDateTimePatterns(values, pattern);
        }

        foreach (var part in PartsOf(culture))
        {
            foreach (var property in PropertiesOf(part))
            {
                if (settings.TryGetValue(NameOf(part, property), out var values))
                    property.SetValue(part, Parse(values, property.PropertyType));
            }
        }

        return culture;
    }

    private static Dictionary<string, string[]> Read(CultureInfo culture)
    {
        var settings = new Dictionary<string, string[]>();
        foreach (var pattern in Patterns)
            settings[NameOf(pattern)] = culture.DateTimeFormat.GetAllDateTimePatterns(pattern);

        foreach (var part in PartsOf(culture))
        {
            foreach (var property in PropertiesOf(part))
                settings[NameOf(part, property)] = Write(property.GetValue(part)!);
        }

        return settings;
    }

    private static object[] PartsOf(CultureInfo culture) =>
        [culture.DateTimeFormat.Calendar, culture.NumberFormat, culture.DateTimeFormat, culture.TextInfo];

    private static PropertyInfo[] PropertiesOf(object part) => Writable.GetValueOrDefault(part.GetType()) ?? WritableOf(part.GetType());

    public static PropertyInfo[] WritableOf(Type type) =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property is { CanRead: true, SetMethod.IsPublic: true } && property.PropertyType != typeof(Calendar))
            .OrderBy(property => property.Name == LastPattern),
    ];

    private static string NameOf(char pattern) => $"{nameof(DateTimeFormatInfo)}.{pattern}";

    private static string NameOf(object part, PropertyInfo property) => $"{(part is Calendar ? typeof(Calendar) : part.GetType()).Name}.{property.Name}";

    private static string[] Write(object value) => value is Array values
        ? [.. values.Cast<object>().Select(one => Convert.ToString(one, CultureInfo.InvariantCulture)!)]
        : [Convert.ToString(value, CultureInfo.InvariantCulture)!];

    private static object Parse(string[] values, Type type)
    {
        if (type.GetElementType() is not { } element)
            return type.IsEnum ? Enum.Parse(type, values[0]) : Convert.ChangeType(values[0], type, CultureInfo.InvariantCulture);

        var array = Array.CreateInstance(element, values.Length);
        for (var index = 0; index < values.Length; index++)
            array.SetValue(Convert.ChangeType(values[index], element, CultureInfo.InvariantCulture), index);
        return array;
    }

    private static CultureInfo WithCalendar(CultureInfo culture, Calendar calendar)
    {
        var changed = (CultureInfo)culture.Clone();
        changed.DateTimeFormat.Calendar = calendar;
        return changed;
    }

    /// <summary>A culture takes none but its own. A calendar whose kind was changed afterwards is still the one that it was.</summary>
    private static Calendar? FindCalendar(CultureInfo culture, string type, string kind)
    {
        var calendars = culture.OptionalCalendars.Where(calendar => calendar.GetType().Name == type).ToArray();
        return calendars.FirstOrDefault(calendar => KindOf(calendar) == kind) ?? calendars.FirstOrDefault();
    }

    private static string KindOf(Calendar calendar) => (calendar as GregorianCalendar)?.CalendarType.ToString() ?? "";

    private static bool IsSame(Calendar one, Calendar other) => one.GetType() == other.GetType() && KindOf(one) == KindOf(other);
}
