using System.Diagnostics;
using AsyncViews.Benchmarks.Server;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>AsyncViews' side of the comparison.</summary>
public class WorkModel(RunLog runs, RunGate gate) : AsyncPageModel
{
    /// <summary>Longer than any measurement.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    [BindProperty]
    public Input Input { get; set; } = new();

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        runs.Started(Input.Sent);
        switch (Input.Kind)
        {
            case WorkKind.Held:
                await gate.PassAsync(Input.Number, cancellationToken);
                return Content(Stopwatch.GetTimestamp().ToString());

            case WorkKind.Timer:
                await Task.Delay(Long, cancellationToken);
                return RedirectToPage("/Done");

            case WorkKind.Deaf:
                await Task.Delay(Long, CancellationToken.None);
                return RedirectToPage("/Done");

            case WorkKind.Blocked:
                cancellationToken.WaitHandle.WaitOne(Long);
                return RedirectToPage("/Done");

            case WorkKind.Large:
                return File(new PatternStream(PatternStream.LargeLength), "application/octet-stream");

            default:
                return RedirectToPage("/Done");
        }
    }
}
