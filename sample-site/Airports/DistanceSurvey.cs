using System.Globalization;
using AsyncViews;

namespace SampleSite.Airports;

/// <summary>Finds the two airports of a state that are farthest apart: a job, which pages, other jobs and the command line start alike.</summary>
[RetryOnFailure(maxAttempts: 3, FirstDelaySeconds = 10), RerunAfterCrash(maxStarts: 3)]
public sealed class DistanceSurvey(AirportRegister register, TimeProvider time) : IJob<SurveyOrder, Survey>
{
    private const double EarthRadius = 6371;

    private static readonly TimeSpan WatchableTime = TimeSpan.FromSeconds(8);

    public async Task<Survey> RunAsync(SurveyOrder args, ProcessContext process, CancellationToken cancellationToken)
    {
        var airports = (await register.FindAsync(args.State, cancellationToken)).Where(airport => airport.Fault is null).ToArray();
        var rest = Pace.Watchable.RestPerStep(WatchableTime, airports.Length);
        var longest = new Survey(args.State, airports.Length, null, null, 0);
        for (var i = 0; i < airports.Length; i++)
        {
            process.ReportProgress(100.0 * i / airports.Length, airports[i].Name);
            foreach (var other in airports.AsSpan(0, i))
            {
                var kilometres = Distance(airports[i], other);
                if (kilometres > longest.Kilometres)
                    longest = longest with { From = other.Name, To = airports[i].Name, Kilometres = Math.Round(kilometres) };
            }

            await Task.Delay(rest, time, cancellationToken);
        }

        return longest;
    }

    /// <summary>Along a great circle, by the haversine formula.</summary>
    private static double Distance(AirportRow a, AirportRow b)
    {
        var (latitude, longitude) = (Radians(a.Latitude), Radians(a.Longitude));
        var (toLatitude, toLongitude) = (Radians(b.Latitude), Radians(b.Longitude));
        var half = Haversine(toLatitude - latitude) + (Math.Cos(latitude) * Math.Cos(toLatitude) * Haversine(toLongitude - longitude));
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(half)));
    }

    private static double Haversine(double angle) => Math.Pow(Math.Sin(angle / 2), 2);

    private static double Radians(string degrees) =>
        double.TryParse(degrees, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number * Math.PI / 180 : 0;
}

/// <summary>The state to survey.</summary>
/// <param name="State">Its postal code.</param>
public sealed record SurveyOrder(string State);

/// <summary>The findings of a survey.</summary>
public sealed record Survey(string State, int Airports, string? From, string? To, double Kilometres);
