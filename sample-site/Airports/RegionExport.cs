using System.IO.Compression;
using AsyncViews;
using CsvHelper;

namespace SampleSite.Airports;

/// <summary>Writes the airports of one region to a CSV file: a part of an export that runs side by side with the others.</summary>
[RerunAfterCrash(maxStarts: 3)]
public sealed class RegionExport(AirportRegister register, TimeProvider time) : IJob<RegionOrder, RegionFile>
{
    private static readonly TimeSpan WatchableTime = TimeSpan.FromSeconds(4);

    public static string? Title(RegionOrder args) => $"Airports of the region {args.Region}";

    public async Task<RegionFile> RunAsync(RegionOrder args, ProcessContext process, CancellationToken cancellationToken)
    {
        var region = Region.All.Single(region => region.Name == args.Region);
        using var content = new MemoryStream();
        using (var csv = CsvWriter.Create(content, leaveOpen: true))
        {
            csv.WriteHeader([.. AirportRow.Columns]);
            for (var i = 0; i < region.States.Count; i++)
            {
                process.ReportProgress(100.0 * i / region.States.Count, UsState.All[region.States[i]].Name);
                foreach (var airport in await register.FindAsync(region.States[i], cancellationToken))
                    csv.WriteRecord([.. airport.Values.Select(SpreadsheetCell.Defuse)]);
                await Task.Delay(args.Pace.RestPerStep(WatchableTime, region.States.Count), time, cancellationToken);
            }
        }

        return new RegionFile($"{region.Name.ToLowerInvariant()}.csv", content.ToArray());
    }
}

/// <summary>Packs the files of all regions into one archive, once the last of them is written.</summary>
[RerunAfterCrash(maxStarts: 3)]
public sealed class RegionArchive(IProcessManager processes) : IJob<ArchiveOrder, RegionFile>
{
    public static string? Title(ArchiveOrder args) => "Airports by region";

    public async Task<RegionFile> RunAsync(ArchiveOrder args, ProcessContext process, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        using (var archive = new ZipArchive(content, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in await processes.GetResultsAsync<RegionFile>(process.Id, cancellationToken))
            {
                await using var entry = await archive.CreateEntry(file!.Name).OpenAsync(cancellationToken);
                await entry.WriteAsync(file.Content, cancellationToken);
            }
        }

        return new RegionFile(args.Name, content.ToArray());
    }
}

/// <summary>The region to export.</summary>
public sealed record RegionOrder(string Region, Pace Pace = Pace.Watchable);

/// <summary>The name of the archive.</summary>
public sealed record ArchiveOrder(string Name);

/// <summary>A file, small enough to be kept as JSON.</summary>
public sealed record RegionFile(string Name, byte[] Content);
