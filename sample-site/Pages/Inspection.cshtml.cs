using AsyncViews;
using Microsoft.AspNetCore.Mvc;
using SampleSite.Airports;

namespace SampleSite.Pages;

public sealed class InspectionModel(AirportInspection inspection) : AsyncPageModel
{
    [ViewData]
    public string Title => "Inspection";

    public IReadOnlyList<string> Findings { get; private set; } = [];

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        var findings = new List<string>();
        await foreach (var finding in inspection.RunAsync(cancellationToken))
        {
            process.ReportProgress(finding);
            findings.Add(finding);
        }

        Findings = findings;
        return Page();
    }
}
