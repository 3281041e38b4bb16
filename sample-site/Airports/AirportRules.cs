using System.Globalization;

namespace SampleSite.Airports;

/// <summary>The rules that a row must satisfy to enter the register. One instance for each file: it remembers the rows before.</summary>
public sealed class AirportRules
{
    private const int LongestName = 80;

    private readonly Dictionary<string, int> _lineOfCode = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<(string Name, string City, string State), int> _lineOfPlace = [];

    /// <summary>Every reason to reject the row; none when it is sound.</summary>
    public IReadOnlyList<string> Check(AirportRow row) =>
        row.Fault is { } fault
            ? [fault]
            : [.. CheckCode(row), .. CheckText("name", row.Name), .. CheckCity(row.City), .. CheckPlace(row), .. CheckRepetition(row)];

    private static IEnumerable<string> CheckCode(AirportRow row)
    {
        if (row.Code.Length is < 3 or > 4 || !row.Code.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)))
            yield return "the code is not 3 or 4 capital letters and digits";
    }

    private static IEnumerable<string> CheckText(string column, string value)
    {
        if (string.IsNullOrWhiteSpace(value) || value is "NA")
            yield return $"the {column} is missing";
        else if (value.Length > LongestName)
            yield return $"the {column} is longer than {LongestName} characters";
        else if (value.Any(IsInvisible))
            yield return $"the {column} contains invisible characters";
        else if (value != value.Trim() || value.Contains("  ", StringComparison.Ordinal))
            yield return $"the {column} has a leading, trailing or double space; a word may be missing";
    }

    // Format characters are among them, since some turn the direction of the text around them.
    private static bool IsInvisible(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format;

    private static IEnumerable<string> CheckCity(string city) =>
        city.Contains(',') ? ["the city contains a comma; it may include a state"] : CheckText("city", city);

    private static IEnumerable<string> CheckPlace(AirportRow row)
    {
        if (row.Country is not "USA")
            yield return "the country is not USA";

        var latitude = Degrees(row.Latitude, 90);
        var longitude = Degrees(row.Longitude, 180);
        if (latitude is null)
            yield return "the latitude is not a number from -90 to 90";
        if (longitude is null)
            yield return "the longitude is not a number from -180 to 180";

        if (row.State is "" or "NA")
            yield return "the state is missing";
        else if (!UsState.All.TryGetValue(row.State, out var state))
            yield return "the state is not the postal code of a state or territory";
        else if (latitude is { } y && longitude is { } x && !state.MayHold(y, x))
            yield return state.MayHold(-y, x) ? $"the position is not in {state.Name}; the latitude has the wrong sign"
                : state.MayHold(y, -x) ? $"the position is not in {state.Name}; the longitude has the wrong sign"
                : $"the position is not in {state.Name}";
    }

    private IEnumerable<string> CheckRepetition(AirportRow row)
    {
        if (row.Code.Length > 0 && !_lineOfCode.TryAdd(row.Code, row.Line))
            yield return $"line {_lineOfCode[row.Code]} has the same code";

        var place = (row.Name.ToUpperInvariant(), row.City.ToUpperInvariant(), row.State);
        if (row.Name.Length > 0 && !_lineOfPlace.TryAdd(place, row.Line))
            yield return $"line {_lineOfPlace[place]} has the same name in the same city";
    }

    private static double? Degrees(string value, double limit) =>
        double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var degrees)
        && Math.Abs(degrees) <= limit ? degrees : null;
}
