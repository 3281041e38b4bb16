using System.ComponentModel.DataAnnotations;
using AsyncViews;
using Microsoft.AspNetCore.Mvc;
using SampleSite.Airports;

namespace SampleSite.Pages;

public sealed class ReportModel(AirportExport export) : AsyncPageModel
{
    [ViewData]
    public string Title => "Report";

    /// <summary>A postal code; empty for all states.</summary>
    [BindProperty]
    public string? State { get; set; }

    [BindProperty, EnumDataType(typeof(ExportFormat))]
    public ExportFormat Format { get; set; }

    [BindProperty, EnumDataType(typeof(Pace))]
    public Pace Pace { get; set; }

    protected override bool ShouldRunProcess()
    {
        if (State is { } code && !UsState.All.ContainsKey(code))
            ModelState.AddModelError(nameof(State), "Choose a state from the list.");

        return base.ShouldRunProcess();
    }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        var content = await export.RunAsync(State, Format, Pace, process, cancellationToken);
        var name = $"airports-{State?.ToLowerInvariant() ?? "all"}";
        return Format is ExportFormat.Json
            ? File(content, "application/json", $"{name}.json")
            : File(content, "text/csv; charset=utf-8", $"{name}.csv");
    }
}
