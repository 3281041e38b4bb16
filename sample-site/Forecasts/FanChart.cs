using System.Globalization;

namespace SampleSite.Forecasts;

/// <summary>Where the lines of a forecast's chart go, in the units of its SVG view box.</summary>
public sealed class FanChart
{
    public const int Width = 640;
    public const int Height = 340;
    public const int Left = 78;
    public const int Right = Width - 36;
    public const int Top = 16;
    public const int Bottom = Height - 46;

    private readonly IReadOnlyList<ForecastYear> _years;
    private readonly double _ceiling;

    public FanChart(Forecast forecast)
    {
        _years = forecast.Years;
        var step = RoundStep(_years.Max(year => year.High) / 5);
        var count = (int)Math.Ceiling(_years.Max(year => year.High) / step);
        _ceiling = count * step;
        Levels = [.. Enumerable.Range(0, count + 1).Select(index => new Mark(Y(index * step), Short(index * step), IsMinor: false))];

        var every = (_years.Count + 9) / 10;
        Dates = [.. _years.Index().Where(year => year.Index % every == 0)
            .Select((year, index) => new Mark(X(year.Index), $"{year.Item.Year}", IsMinor: index % 2 == 1 && _years.Count > 5))];
    }

    /// <summary>The horizontal lines with their labels.</summary>
    public IReadOnlyList<Mark> Levels { get; }

    /// <summary>The years under the chart. The minor ones are dropped where there is little room.</summary>
    public IReadOnlyList<Mark> Dates { get; }

    public string MedianLine => Line(_years.Select((year, index) => (index, year.Median)));

    public string Band =>
        Line(_years.Select((year, index) => (index, year.High)))
        + Line(_years.Select((year, index) => (index, year.Low)).Reverse()).Replace('M', 'L') + "Z";

    private string Line(IEnumerable<(int Index, double Passengers)> points) => "M" + string.Join(
        'L', points.Select(point => Invariant($"{X(point.Index):0.#},{Y(point.Passengers):0.#}")));

    private double X(int index) => Left + (Right - Left) * (double)index / (_years.Count - 1);

    private double Y(double passengers) => Bottom - (Bottom - Top) * passengers / _ceiling;

    // 1, 2 or 5 times a power of ten: what people count in.
    private static double RoundStep(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * (least / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
    }

    private static string Short(double passengers) => passengers switch
    {
        >= 1e9 => Invariant($"{passengers / 1e9:0.##} bn"),
        >= 1e6 => Invariant($"{passengers / 1e6:0.##} m"),
        >= 1e3 => Invariant($"{passengers / 1e3:0.##} k"),
        _ => Invariant($"{passengers:0.##}"),
    };

    /// <summary>A label and where it stands on its axis.</summary>
    public sealed record Mark(double At, string Label, bool IsMinor)
    {
        // Attributes of SVG want a point, whatever the culture.
        public string Position { get; } = At.ToString("0.#", CultureInfo.InvariantCulture);
    }
}
