using System.ComponentModel.DataAnnotations;

namespace SampleSite.Forecasts;

/// <summary>The assumptions of a forecast, with their ranges. Rates are in percent a year.</summary>
public sealed class ForecastInput
{
    private const string OutOfRange = "{0} must be between {1} and {2}.";

    [Display(Name = "Passengers in the last year"), Range(1_000, 200_000_000, ErrorMessage = OutOfRange)]
    public int Start { get; set; } = 1_200_000;

    [Display(Name = "Expected growth, % per year"), Range(-20.0, 20.0, ErrorMessage = OutOfRange)]
    public double Growth { get; set; } = 3;

    [Display(Name = "Volatility, % per year"), Range(0.0, 60.0, ErrorMessage = OutOfRange)]
    public double Volatility { get; set; } = 12;

    [Display(Name = "Years ahead"), Range(1, 40, ErrorMessage = OutOfRange)]
    public int Years { get; set; } = 20;

    [Display(Name = "Simulated futures"), Range(1_000, 500_000, ErrorMessage = OutOfRange)]
    public int Runs { get; set; } = 200_000;

    [Display(Name = "Seed"), Range(0, int.MaxValue, ErrorMessage = OutOfRange)]
    public int Seed { get; set; } = 1903;
}
