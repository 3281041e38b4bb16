using AsyncViews;
using Microsoft.AspNetCore.Mvc;
using SampleSite.Airports;

namespace SampleSite.Pages;

public sealed class TroubleModel(TimeProvider time) : AsyncPageModel
{
    private const int Steps = 10;
    private const int FatalStep = 7;

    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(350);

    [ViewData]
    public string Title => "Trouble";

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        for (var step = 1; step <= FatalStep; step++)
        {
            process.ReportProgress(100.0 * (step - 1) / Steps, $"Step {step} of {Steps}");
            await Task.Delay(StepTime * Pacing.Stretch, time, cancellationToken);
        }

        throw new InvalidOperationException("The runway lights went out. This exception was thrown on purpose.");
    }
}
