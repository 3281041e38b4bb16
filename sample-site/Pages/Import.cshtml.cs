using System.ComponentModel.DataAnnotations;
using AsyncViews;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using SampleSite.Airports;

namespace SampleSite.Pages;

[Transactional<AirportList>]
public sealed class ImportModel(AirportImport import, AirportList list, AirportRegister register, RejectedRowFiles rejectedRows) : AsyncPageModel
{
    /// <summary>How many rejected rows the page shows; the file has all of them.</summary>
    public const int RowsShown = 200;

    [ViewData]
    public string Title => "Import airports";

    [BindProperty]
    public IFormFile? Upload { get; set; }

    [BindProperty]
    public bool UseExample { get; set; }

    [BindProperty, EnumDataType(typeof(Pace))]
    public Pace Pace { get; set; }

    public ImportReport? Report { get; private set; }

    /// <summary>Why the file could not be read at all.</summary>
    public string? Problem { get; private set; }

    /// <summary>Names the file of rejected rows.</summary>
    public ProcessId Id { get; private set; }

    /// <summary>Counts the airports that the last import has left.</summary>
    public Task<int> CountListedAsync() => list.Airports.CountAsync();

    public IActionResult OnGetExample() => PhysicalFile(register.Path, "text/csv; charset=utf-8", "airports.csv");

    public IActionResult OnGetRejected(string? id) =>
        ProcessId.TryParse(id, out var process) && rejectedRows.Find(process) is { } path
            ? PhysicalFile(path, "text/csv; charset=utf-8", "rejected-rows.csv")
            : NotFound();

    protected override bool ShouldRunProcess()
    {
        if (!UseExample && Upload is not { Length: > 0 })
            ModelState.AddModelError(nameof(Upload), Upload is null ? "Choose a file, or select the example file." : "The file is empty.");

        return base.ShouldRunProcess();
    }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        try
        {
            Report = UseExample
                ? await import.RunAsync("airports.csv", () => System.IO.File.OpenRead(register.Path), Pace, process, cancellationToken)
                : await import.RunAsync(Upload!.FileName, Upload.OpenReadStream, Pace, process, cancellationToken);
            // A name of its own: the process's id is in addresses that people pass on.
            Id = ProcessId.New();
            await rejectedRows.SaveAsync(Id, Report.Rejected, cancellationToken);
        }
        catch (MalformedFileException e)
        {
            Problem = e.Message;
        }

        return Page();
    }
}
