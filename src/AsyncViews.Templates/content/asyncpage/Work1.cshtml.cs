#nullable enable

using System.ComponentModel.DataAnnotations;
using System.Threading;
using System.Threading.Tasks;
using AsyncViews;
using Microsoft.AspNetCore.Mvc;

namespace MyApp.Namespace;

public class Work1Model : AsyncViews.AsyncPageModel
{
    // Known before the page is shown, so that the waiting page has it, too.
    [ViewData]
    public string Title => "Work1";

    [BindProperty, Required]
    public string? Name { get; set; }

    public string? Outcome { get; private set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        for (var step = 1; step <= 10; step++)
        {
            process.ReportProgress(10.0 * (step - 1), $"Step {step}");
            await Task.Delay(500, cancellationToken);   // Replace this loop with your slow work.
        }

        Outcome = $"{Name} is done.";
        return Page();
    }
}
