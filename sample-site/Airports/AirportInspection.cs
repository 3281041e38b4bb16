using System.Globalization;
using System.Runtime.CompilerServices;

namespace SampleSite.Airports;

/// <summary>Finds what is odd about the register, one thing after the other.</summary>
public sealed class AirportInspection(AirportRegister register, TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(900);

    /// <summary>The findings, as they are found.</summary>
    public async IAsyncEnumerable<string> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var airports = await register.FindAsync(null, cancellationToken);
        foreach (var finding in Find(airports))
        {
            yield return finding;
            await Task.Delay(Rest * Pacing.Stretch, time, cancellationToken);
        }
    }

    private static IEnumerable<string> Find(IReadOnlyList<AirportRow> airports)
    {
        var located = airports.Where(airport => airport.Fault is null).ToArray();
        yield return $"The longest name is {located.MaxBy(airport => airport.Name.Length)!.Name}.";
        yield return $"The northernmost is {located.MaxBy(Latitude)!.Name}.";
        yield return $"The southernmost is {located.MinBy(Latitude)!.Name}.";
        foreach (var name in located.GroupBy(airport => airport.Name).OrderByDescending(group => group.Count()).Take(3))
            yield return $"{name.First().Name} is the name of an airport in {string.Join(", ", name.Select(airport => airport.State).Distinct().Order())}.";
        foreach (var airport in located.Where(airport => airport.City == airport.Name).Take(3))
            yield return $"{airport.Code} has the same name as its city, {airport.City}.";
        yield return $"The city with the most airports is {located.GroupBy(airport => airport.City).MaxBy(group => group.Count())!.Key}.";
    }

    private static double Latitude(AirportRow airport) =>
        double.TryParse(airport.Latitude, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) ? degrees : 0;
}
