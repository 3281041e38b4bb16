using System.Globalization;
using System.Text.Json;
using AsyncViews;
using CsvHelper;

namespace SampleSite.Airports;

/// <summary>Writes airports of the register in the format of somebody's choice.</summary>
public sealed class AirportExport(AirportRegister register, TimeProvider time)
{
    private const int Steps = 80;

    private static readonly TimeSpan WatchableTime = TimeSpan.FromSeconds(8);

    /// <summary>The file's content: the airports of one state or, without a code, all of them.</summary>
    public async Task<byte[]> RunAsync(
        string? stateCode, ExportFormat format, Pace pace, ProcessContext process, CancellationToken cancellationToken)
    {
        process.ReportProgress(0, "Looking up the airports");
        var rows = await register.FindAsync(stateCode, cancellationToken);
        var batches = rows.Chunk(Math.Max(1, rows.Count / Steps)).ToArray();
        var rest = pace.RestPerStep(WatchableTime, batches.Length);

        using var content = new MemoryStream();
        using (var writer = format is ExportFormat.Json ? (IAirportWriter)new JsonAirports(content) : new CsvAirports(content))
        {
            var done = 0;
            foreach (var batch in batches)
            {
                foreach (var row in batch)
                    writer.Write(row);

                done += batch.Length;
                process.ReportProgress(100.0 * done / rows.Count, Invariant($"Wrote {done:N0} of {rows.Count:N0} airports"));
                await Task.Delay(rest, time, cancellationToken);
            }
        }

        return content.ToArray();
    }

    private interface IAirportWriter : IDisposable
    {
        void Write(AirportRow row);
    }

    private sealed class CsvAirports : IAirportWriter
    {
        private readonly CsvWriter _csv;

        public CsvAirports(Stream content)
        {
            _csv = CsvWriter.Create(content, leaveOpen: true);
            _csv.WriteHeader([.. AirportRow.Columns]);
        }

        public void Write(AirportRow row) => _csv.WriteRecord([.. row.Values.Select(SpreadsheetCell.Defuse)]);

        public void Dispose() => _csv.Dispose();
    }

    private sealed class JsonAirports : IAirportWriter
    {
        private readonly Utf8JsonWriter _json;

        public JsonAirports(Stream content)
        {
            _json = new Utf8JsonWriter(content, new JsonWriterOptions { Indented = true });
            _json.WriteStartArray();
        }

        public void Write(AirportRow row)
        {
            _json.WriteStartObject();
            foreach (var (column, value) in AirportRow.Columns.Zip(row.Values).Take(5))
                _json.WriteString(column, value);
            _json.WriteNumber("latitude", decimal.Parse(row.Latitude, CultureInfo.InvariantCulture));
            _json.WriteNumber("longitude", decimal.Parse(row.Longitude, CultureInfo.InvariantCulture));
            _json.WriteEndObject();
        }

        public void Dispose()
        {
            _json.WriteEndArray();
            _json.Dispose();
        }
    }
}

/// <summary>The formats of <see cref="AirportExport"/>.</summary>
public enum ExportFormat
{
    Csv,
    Json,
}
