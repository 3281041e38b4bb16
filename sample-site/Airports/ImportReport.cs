namespace SampleSite.Airports;

/// <summary>The outcome of an import.</summary>
/// <param name="File">The name of the file as it was sent.</param>
/// <param name="Rows">How many rows it has, its header not counted.</param>
/// <param name="States">In how many states and territories the accepted airports lie.</param>
/// <param name="Rejected">The rows that were not accepted, in the order of the file.</param>
public sealed record ImportReport(string File, int Rows, int States, IReadOnlyList<RejectedRow> Rejected)
{
    public int Accepted => Rows - Rejected.Count;
}

/// <summary>A row and all the reasons why it was rejected.</summary>
public sealed record RejectedRow(AirportRow Row, IReadOnlyList<string> Reasons);
