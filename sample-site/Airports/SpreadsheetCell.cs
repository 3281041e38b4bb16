using System.Globalization;

namespace SampleSite.Airports;

/// <summary>Text on its way into a file that people open in a spreadsheet.</summary>
public static class SpreadsheetCell
{
    /// <summary>
    /// Puts an apostrophe before what a spreadsheet would run as a formula. Numbers stay: a longitude may be negative.
    /// </summary>
    public static string Defuse(string value) =>
        value.AsSpan().TrimStart() is ['=' or '+' or '-' or '@' or '＝' or '＋' or '－' or '＠', ..] && !IsNumber(value)
            ? "'" + value
            : value;

    private static bool IsNumber(string value) =>
        double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);
}
