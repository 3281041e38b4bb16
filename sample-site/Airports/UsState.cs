namespace SampleSite.Airports;

/// <summary>A state or territory with the box that holds all of it, in degrees, a little generous.</summary>
public sealed record UsState(string Code, string Name, double South, double North, double West, double East)
{
    /// <summary>Tells whether the position may lie in it. The Aleutians cross the 180th meridian, so west may exceed east.</summary>
    public bool MayHold(double latitude, double longitude) =>
        latitude >= South && latitude <= North
        && (West <= East ? longitude >= West && longitude <= East : longitude >= West || longitude <= East);

    /// <summary>The 50 states, the District of Columbia and the five inhabited territories, by postal code.</summary>
    public static IReadOnlyDictionary<string, UsState> All { get; } = new UsState[]
    {
        new("AL", "Alabama", 30.1, 35.1, -88.6, -84.8),
        new("AK", "Alaska", 51.1, 71.6, 172.3, -129.9),
        new("AS", "American Samoa", -14.6, -11.0, -171.2, -168.1),
        new("AZ", "Arizona", 31.3, 37.1, -114.9, -109.0),
        new("AR", "Arkansas", 33.0, 36.6, -94.7, -89.6),
        new("CA", "California", 32.5, 42.1, -124.5, -114.1),
        new("CO", "Colorado", 36.9, 41.1, -109.1, -102.0),
        new("CT", "Connecticut", 40.9, 42.1, -73.8, -71.7),
        new("DE", "Delaware", 38.4, 39.9, -75.8, -75.0),
        new("DC", "District of Columbia", 38.7, 39.0, -77.2, -76.9),
        new("FL", "Florida", 24.3, 31.1, -87.7, -79.9),
        new("GA", "Georgia", 30.3, 35.1, -85.7, -80.7),
        new("GU", "Guam", 13.2, 13.7, 144.6, 145.0),
        new("HI", "Hawaii", 18.8, 28.5, -178.4, -154.7),
        new("ID", "Idaho", 41.9, 49.1, -117.3, -111.0),
        new("IL", "Illinois", 36.9, 42.6, -91.6, -87.4),
        new("IN", "Indiana", 37.7, 41.8, -88.1, -84.7),
        new("IA", "Iowa", 40.3, 43.6, -96.7, -90.1),
        new("KS", "Kansas", 36.9, 40.1, -102.1, -94.5),
        new("KY", "Kentucky", 36.4, 39.2, -89.6, -81.9),
        new("LA", "Louisiana", 28.8, 33.1, -94.1, -88.7),
        new("ME", "Maine", 42.9, 47.5, -71.1, -66.9),
        new("MD", "Maryland", 37.8, 39.8, -79.5, -75.0),
        new("MA", "Massachusetts", 41.2, 42.9, -73.6, -69.8),
        new("MI", "Michigan", 41.6, 48.4, -90.5, -82.1),
        new("MN", "Minnesota", 43.4, 49.5, -97.3, -89.4),
        new("MS", "Mississippi", 30.1, 35.1, -91.7, -88.0),
        new("MO", "Missouri", 35.9, 40.7, -95.8, -89.0),
        new("MT", "Montana", 44.3, 49.1, -116.1, -103.9),
        new("NE", "Nebraska", 39.9, 43.1, -104.1, -95.2),
        new("NV", "Nevada", 34.9, 42.1, -120.1, -113.9),
        new("NH", "New Hampshire", 42.6, 45.4, -72.6, -70.5),
        new("NJ", "New Jersey", 38.8, 41.4, -75.6, -73.8),
        new("NM", "New Mexico", 31.3, 37.1, -109.1, -102.9),
        new("NY", "New York", 40.4, 45.1, -79.8, -71.8),
        new("NC", "North Carolina", 33.7, 36.7, -84.4, -75.4),
        new("ND", "North Dakota", 45.8, 49.1, -104.1, -96.5),
        new("MP", "Northern Mariana Islands", 13.9, 20.7, 144.8, 146.2),
        new("OH", "Ohio", 38.3, 42.4, -84.9, -80.4),
        new("OK", "Oklahoma", 33.5, 37.1, -103.1, -94.3),
        new("OR", "Oregon", 41.9, 46.4, -124.7, -116.4),
        new("PA", "Pennsylvania", 39.6, 42.6, -80.6, -74.6),
        new("PR", "Puerto Rico", 17.8, 18.6, -68.0, -65.1),
        new("RI", "Rhode Island", 41.0, 42.1, -72.0, -71.0),
        new("SC", "South Carolina", 32.0, 35.3, -83.5, -78.4),
        new("SD", "South Dakota", 42.4, 46.0, -104.1, -96.4),
        new("TN", "Tennessee", 34.9, 36.8, -90.4, -81.6),
        new("TX", "Texas", 25.8, 36.6, -106.7, -93.4),
        new("VI", "U.S. Virgin Islands", 17.6, 18.5, -65.2, -64.5),
        new("UT", "Utah", 36.9, 42.1, -114.1, -109.0),
        new("VT", "Vermont", 42.6, 45.1, -73.5, -71.4),
        new("VA", "Virginia", 36.5, 39.5, -83.8, -75.1),
        new("WA", "Washington", 45.5, 49.1, -124.9, -116.8),
        new("WV", "West Virginia", 37.1, 40.7, -82.7, -77.6),
        new("WI", "Wisconsin", 42.4, 47.4, -93.0, -86.7),
        new("WY", "Wyoming", 40.9, 45.1, -111.1, -104.0),
    }.ToDictionary(state => state.Code);
}
