namespace SampleSite.Forecasts;

/// <summary>The outcome of a simulation; the first year is the last known one.</summary>
public sealed record Forecast(IReadOnlyList<ForecastYear> Years)
{
    public ForecastYear Last => Years[^1];
}

/// <summary>The passengers of one year.</summary>
/// <param name="Year">The calendar year.</param>
/// <param name="Low">A tenth of the futures has fewer.</param>
/// <param name="Median">Half of them have more.</param>
/// <param name="High">A tenth has more.</param>
public sealed record ForecastYear(int Year, double Low, double Median, double High);
