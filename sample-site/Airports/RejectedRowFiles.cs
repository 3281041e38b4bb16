using AsyncViews;
using CsvHelper;
using Microsoft.Extensions.Options;

namespace SampleSite.Airports;

/// <summary>The rejected rows of each import as a CSV file, kept as long as the import's result.</summary>
public sealed class RejectedRowFiles(IWebHostEnvironment environment, IOptions<AsyncViewsOptions> options, TimeProvider time)
{
    private readonly string _folder = Path.Combine(environment.ContentRootPath, "App_Data", "rejected");

    /// <summary>Writes the file of one import; a second attempt of the same import replaces the first one's.</summary>
    public async Task SaveAsync(ProcessId id, IEnumerable<RejectedRow> rows, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        RemoveExpired();

        // Under another name first, so that nobody ever downloads half a file.
        var unfinished = PathOf(id) + ".tmp";
        await using (var csv = CsvWriter.ToFile(unfinished))
        {
            await csv.WriteRecordAsync(["line", .. AirportRow.Columns, "reasons"], cancellationToken);
            foreach (var (row, reasons) in rows)
            {
                string[] values = [$"{row.Line}", .. row.Values, string.Join("; ", reasons)];
                await csv.WriteRecordAsync([.. values.Select(SpreadsheetCell.Defuse)], cancellationToken);
            }
        }

        File.Move(unfinished, PathOf(id), overwrite: true);
    }

    /// <summary>The path of an import's file; null when there is none. The id cannot be guessed, so knowing it is the permission.</summary>
    public string? Find(ProcessId id) => File.Exists(PathOf(id)) ? PathOf(id) : null;

    private void RemoveExpired()
    {
        var oldest = time.GetUtcNow() - options.Value.ResultRetention;
        foreach (var file in new DirectoryInfo(_folder).EnumerateFiles())
            if (file.LastWriteTimeUtc < oldest)
                file.Delete();
    }

    private string PathOf(ProcessId id) => Path.Combine(_folder, $"{id}.csv");
}
