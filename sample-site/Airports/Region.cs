namespace SampleSite.Airports;

/// <summary>A census region of the United States, or their territories.</summary>
/// <param name="Name">Its name.</param>
/// <param name="States">The postal codes of its states.</param>
public sealed record Region(string Name, IReadOnlyList<string> States)
{
    private const string Northeast = "CT ME MA NH NJ NY PA RI VT";
    private const string Midwest = "IL IN IA KS MI MN MO NE ND OH SD WI";
    private const string South = "AL AR DE DC FL GA KY LA MD MS NC OK SC TN TX VA WV";
    private const string West = "AK AZ CA CO HI ID MT NV NM OR UT WA WY";
    private const string Territories = "AS GU MP PR VI";

    public static IReadOnlyList<Region> All { get; } =
    [
        Of(nameof(Northeast), Northeast),
        Of(nameof(Midwest), Midwest),
        Of(nameof(South), South),
        Of(nameof(West), West),
        Of(nameof(Territories), Territories),
    ];

    private static Region Of(string name, string states) => new(name, states.Split(' '));
}
