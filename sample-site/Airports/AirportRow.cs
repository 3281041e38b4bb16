namespace SampleSite.Airports;

/// <summary>One row of a file of airports, as it was written and not yet believed.</summary>
/// <param name="Line">The line of the file on which the row ends.</param>
/// <param name="Values">One value for each of <see cref="Columns"/>, in that order.</param>
/// <param name="Fault">What is wrong with the row as a whole; null when it could be taken apart.</param>
public sealed record AirportRow(int Line, IReadOnlyList<string> Values, string? Fault)
{
    /// <summary>The columns that a file must have, in any order and beside any others.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["iata", "name", "city", "state", "country", "latitude", "longitude"];

    public string Code => Values[0];

    public string Name => Values[1];

    public string City => Values[2];

    public string State => Values[3];

    public string Country => Values[4];

    public string Latitude => Values[5];

    public string Longitude => Values[6];
}
