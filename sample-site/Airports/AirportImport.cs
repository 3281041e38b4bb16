using AsyncViews;

namespace SampleSite.Airports;

/// <summary>Checks every row of a file of airports, tells how far it has come, and lists those that are sound.</summary>
public sealed class AirportImport(AirportList list, TimeProvider time)
{
    private const int RowsPerStep = 25;

    private static readonly TimeSpan WatchableTime = TimeSpan.FromSeconds(10);

    /// <exception cref="MalformedFileException">It is not a CSV file, or not one of airports.</exception>
    public async Task<ImportReport> RunAsync(
        string name, Func<Stream> open, Pace pace, ProcessContext process, CancellationToken cancellationToken)
    {
        process.ReportProgress(0, "Reading the file");
        var total = await CountAsync(open, cancellationToken);
        var rest = pace.RestPerStep(WatchableTime, total / RowsPerStep);

        var rules = new AirportRules();
        var rejected = new List<RejectedRow>();
        var accepted = new List<AirportRow>();
        var done = 0;
        await using var file = open();
        await foreach (var row in AirportFile.ReadAsync(file, cancellationToken))
        {
            if (rules.Check(row) is { Count: > 0 } reasons)
                rejected.Add(new RejectedRow(row, reasons));
            else
                accepted.Add(row);

            if (++done % RowsPerStep != 0)
                continue;

            process.ReportProgress(
                100.0 * done / total,
                Invariant($"Checked {done:N0} of {total:N0} rows, {rejected.Count:N0} rejected"),
                new { done, total, rejected = rejected.Count });
            await Task.Delay(rest, time, cancellationToken);
        }

        process.ReportProgress(100, Invariant($"Checked all {total:N0} rows"));
        await list.ReplaceAsync(accepted, cancellationToken);
        return new ImportReport(name, done, accepted.Select(row => row.State).Distinct().Count(), rejected);
    }

    // A pass of its own: progress needs the total, and a file that breaks off in the middle is refused before any work.
    private static async Task<int> CountAsync(Func<Stream> open, CancellationToken cancellationToken)
    {
        await using var file = open();
        var count = 0;
        await foreach (var _ in AirportFile.ReadAsync(file, cancellationToken))
            count++;

        return count > 0 ? count : throw new MalformedFileException("The file has a header but no rows.");
    }
}
