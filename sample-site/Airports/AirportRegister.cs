namespace SampleSite.Airports;

/// <summary>The airports that come with the site: the example file of the import and the source of the report.</summary>
public sealed class AirportRegister(IWebHostEnvironment environment)
{
    /// <summary>How many airports the file has.</summary>
    public const int Size = 3_376;

    /// <summary>The CSV file itself.</summary>
    public string Path { get; } = System.IO.Path.Combine(environment.ContentRootPath, "Data", "airports.csv");

    /// <summary>The airports of one state or, without a code, all of them.</summary>
    public async Task<IReadOnlyList<AirportRow>> FindAsync(string? stateCode, CancellationToken cancellationToken)
    {
        await using var file = File.OpenRead(Path);
        var rows = new List<AirportRow>();
        await foreach (var row in AirportFile.ReadAsync(file, cancellationToken))
        {
            if (stateCode is null || PostalCode(row.State) == stateCode)
                rows.Add(row);
        }

        return rows;
    }

    // The data names the Northern Mariana Islands as the Federal Aviation Administration does.
    private static string PostalCode(string code) => code is "CQ" ? "MP" : code;
}
