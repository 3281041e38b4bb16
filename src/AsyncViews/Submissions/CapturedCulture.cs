using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AsyncViews.Submissions;

/// <summary>A culture as it was at the submission: its name, and what an application has set in it.</summary>
[JsonConverter(typeof(CapturedCultureConverter))]
internal sealed record CapturedCulture(string Name)
{
    /// <summary>
    /// Where its settings differ from the culture of this name: their values by their names. Of a culture of the
    /// application's own making: all that differ from the invariant culture.
    /// </summary>
    public Dictionary<string, string[]> Settings { get; init; } = [];

    /// <summary>The type of a culture or calendar of the application's own; null where the framework has all that it takes.</summary>
    public string? OwnType { get; init; }

    /// <summary>Reads a culture, whoever made it.</summary>
    public static CapturedCulture Of(CultureInfo culture)
    {
        var (name, ownType) = Identify(culture);
        return new CapturedCulture(name) { OwnType = ownType, Settings = CultureSettings.Differences(culture, ownType is null ? name : "") };
    }

    /// <summary>The culture once more, from the framework's of the same name.</summary>
    public CultureInfo Restore() => Settings.Count == 0 ? CultureInfo.GetCultureInfo(Name) : CultureInfo.ReadOnly(CultureSettings.Apply(Settings, Name));

    public bool Equals(CapturedCulture? other) =>
        other is not null && Name == other.Name && OwnType == other.OwnType && Settings.Count == other.Settings.Count
        && Settings.All(setting => other.Settings.TryGetValue(setting.Key, out var value) && value.SequenceEqual(setting.Value));

    public override int GetHashCode() => HashCode.Combine(Name, OwnType, Settings.Count);

    private static (string Name, string? OwnType) Identify(CultureInfo culture)
    {
        if (culture.GetType() != typeof(CultureInfo))
            return (culture.Name, culture.GetType().FullName);
        if (culture.DateTimeFormat.Calendar.GetType() is var calendar && calendar.Assembly != typeof(Calendar).Assembly)
            return (culture.Name, calendar.FullName);

        // The name of an order of its own (de-DE_phoneb) is the culture's too, unless it is another culture's: see
        // CultureInfo.GetCultureInfo(name, altName).
        var order = culture.CompareInfo.Name;
        var plain = CultureInfo.GetCultureInfo(order);
        return plain.Name == culture.Name && plain.TextInfo.CultureName == culture.TextInfo.CultureName
            ? (order, null) : (culture.Name, $"{nameof(CultureInfo)} that sorts as {order}");
    }
}

/// <summary>A culture as it comes is written as its name, so that it takes no more room than that.</summary>
internal sealed class CapturedCultureConverter : JsonConverter<CapturedCulture>
{
    public override CapturedCulture Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new CapturedCulture(reader.GetString()!);

        var changed = JsonSerializer.Deserialize(ref reader, CapturedCultureJson.Default.ChangedCulture)!;
        return new CapturedCulture(changed.Name) { OwnType = changed.OwnType, Settings = changed.Settings };
    }

    public override void Write(Utf8JsonWriter writer, CapturedCulture value, JsonSerializerOptions options)
    {
        if (value is { OwnType: null, Settings.Count: 0 })
            writer.WriteStringValue(value.Name);
        else
            JsonSerializer.Serialize(writer, new ChangedCulture(value.Name, value.OwnType, value.Settings), CapturedCultureJson.Default.ChangedCulture);
    }
}

internal sealed record ChangedCulture(string Name, string? OwnType, Dictionary<string, string[]> Settings);

[JsonSerializable(typeof(ChangedCulture))]
internal sealed partial class CapturedCultureJson : JsonSerializerContext;
