using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;

namespace SampleSite.Airports;

/// <summary>Reads a CSV file of airports row by row, and says in plain words why a file is none.</summary>
public static class AirportFile
{
    private const int LongestRow = 20_000;
    private const int MostColumns = 50;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The rows in the order of the file, which stays open.</summary>
    /// <exception cref="MalformedFileException">It is not a CSV file, or not one of airports.</exception>
    public static async IAsyncEnumerable<AirportRow> ReadAsync(
        Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CsvMalformedReason? broken = null;
        var options = CsvReaderOptions.Default with
        {
            MaxRecordSize = LongestRow,
            TrackLineNumbers = true,
            OnMalformedRecord = record => broken = record.Reason,

            // No airport has them, and one forgotten quotation mark would make a single value of the rest of the file.
            AllowLineBreaksInQuotes = false,
        };
        using var text = new StreamReader(file, StrictUtf8, leaveOpen: true);
        await using var csv = CsvReader.Create(text, options, leaveOpen: true);
        var positions = await ReadHeaderAsync(csv, cancellationToken);
        broken = null;

        while (await TryAsync(csv, () => csv.ReadAsync(cancellationToken)))
        {
            var values = positions.Select(at => at < csv.FieldCount ? csv.GetString(at) : "").ToArray();
            if (values.Any(value => value.Contains('\0')))
                throw new MalformedFileException(Invariant($"Line {csv.LineNumber:N0} contains binary data; the file is not a text file."));

            var fault = broken is not null ? "its quotation marks do not match"
                : csv.FieldCount != csv.Headers.Count ? $"it has {csv.FieldCount} values, but the header has {csv.Headers.Count}"
                : null;
            broken = null;
            yield return new AirportRow((int)csv.LineNumber, values, fault);
        }
    }

    private static async Task<int[]> ReadHeaderAsync(CsvReader csv, CancellationToken cancellationToken)
    {
        await TryAsync(csv, async () =>
        {
            await csv.ReadHeaderAsync(cancellationToken);
            return true;
        });

        if (csv.Headers.Count == 0)
            throw new MalformedFileException("The file is empty.");
        if (csv.Headers.Count > MostColumns)
            throw new MalformedFileException(Invariant($"The first line has {csv.Headers.Count:N0} columns; the limit is {MostColumns}."));
        if (csv.Headers.Any(name => name.Contains('\0')))
            throw new MalformedFileException("The first line contains binary data; the file is not a text file.");

        var missing = AirportRow.Columns.Where(column => !csv.TryGetFieldIndex(column, out _)).ToArray();
        return missing.Length == 0
            ? [.. AirportRow.Columns.Select(column => csv.GetFieldIndex(column))]
            : throw new MalformedFileException($"The first line must name the columns. Missing: {string.Join(", ", missing)}.");
    }

    private static async Task<bool> TryAsync(CsvReader csv, Func<ValueTask<bool>> read)
    {
        try
        {
            return await read();
        }
        catch (DecoderFallbackException e)
        {
            throw new MalformedFileException("The file is not UTF-8 text. Save a spreadsheet as “CSV UTF-8”.", e);
        }
        catch (CsvFormatException e)
        {
            throw new MalformedFileException(Invariant($"The line after line {csv.LineNumber:N0} is too long to be an airport."), e);
        }
    }
}
