using AsyncViews;

namespace SampleSite.Forecasts;

/// <summary>
/// A Monte Carlo simulation: every future is a random walk of weekly passengers, summed up by year. It keeps one core
/// busy, so it shows how CPU-bound work behaves as a process.
/// </summary>
public sealed class PassengerForecast(TimeProvider time)
{
    private const int WeeksPerYear = 52;
    private const int RunsPerStep = 500;

    public async Task<Forecast> RunAsync(ForecastInput input, ProcessContext process, CancellationToken cancellationToken)
    {
        var futures = new float[input.Years][];
        for (var year = 0; year < input.Years; year++)
            futures[year] = new float[input.Runs];

        var walk = new WeeklyWalk(input);
        for (var run = 0; run < input.Runs; run++)
        {
            if (run % RunsPerStep == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                process.ReportProgress(98.0 * run / input.Runs, Invariant($"Simulated {run:N0} of {input.Runs:N0} futures"));

                // Other work of the server gets its turn on this thread.
                await Task.Yield();
            }

            walk.Restart();
            for (var year = 0; year < input.Years; year++)
                futures[year][run] = (float)walk.NextYear();
        }

        process.ReportProgress(98, "Ranking the futures");
        return new Forecast([Known(input), .. futures.Select((passengers, index) => Rank(index + 1, passengers))]);
    }

    private int LastYear => time.GetLocalNow().Year - 1;

    private ForecastYear Known(ForecastInput input) => new(LastYear, input.Start, input.Start, input.Start);

    private ForecastYear Rank(int yearsAhead, float[] passengers)
    {
        Array.Sort(passengers);
        return new ForecastYear(LastYear + yearsAhead, At(0.1), At(0.5), At(0.9));

        double At(double share) => passengers[(int)(share * (passengers.Length - 1))];
    }

    private sealed class WeeklyWalk(ForecastInput input)
    {
        // The same seed gives the same futures, so a forecast can be repeated.
        private readonly Random _random = new(input.Seed);
        private readonly double _start = (double)input.Start / WeeksPerYear;
        private readonly double _deviation = input.Volatility / 100 / Math.Sqrt(WeeksPerYear);

        // Half the variance goes off, or volatility alone would let the expected number grow.
        private readonly double _drift =
            (Math.Log(1 + input.Growth / 100) - Math.Pow(input.Volatility / 100, 2) / 2) / WeeksPerYear;

        private double _passengers;

        public void Restart() => _passengers = _start;

        public double NextYear()
        {
            var sum = 0.0;
            for (var week = 0; week < WeeksPerYear; week += 2)
            {
                var (first, second) = NextNormals();
                sum += _passengers *= Math.Exp(_drift + _deviation * first);
                sum += _passengers *= Math.Exp(_drift + _deviation * second);
            }

            return sum;
        }

        // Box and Muller's method draws two at a time.
        private (double First, double Second) NextNormals()
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble()));
            var (sine, cosine) = Math.SinCos(2 * Math.PI * _random.NextDouble());
            return (radius * cosine, radius * sine);
        }
    }
}
