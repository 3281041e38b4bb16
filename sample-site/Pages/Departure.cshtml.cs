using System.ComponentModel.DataAnnotations;
using AsyncViews;
using Microsoft.AspNetCore.Mvc;
using SampleSite.Airports;

namespace SampleSite.Pages;

public sealed class DepartureModel(TimeProvider time) : AsyncPageModel
{
    /// <summary>How many processes of this site run at once.</summary>
    public const int Runways = 3;

    private const int Steps = 60;

    private static readonly TimeSpan StepTime = TimeSpan.FromMilliseconds(400);

    [ViewData]
    public string Title => Request.HasFormContentType && Flight is { } flight ? $"Departure of {flight}" : "Departure";

    [BindProperty, Required, RegularExpression("[A-Z]{2}[0-9]{1,4}", ErrorMessage = "Enter two capital letters and up to four digits, such as AF12.")]
    public string? Flight { get; set; } = $"AF{Random.Shared.Next(1, 1000)}";

    public bool HasDeparted { get; private set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        for (var step = 1; step <= Steps; step++)
        {
            process.ReportProgress(100.0 * (step - 1) / Steps, step < 40 ? $"{Flight} is taxiing to the runway" : $"{Flight} is taking off");
            await Task.Delay(StepTime * Pacing.Stretch, time, cancellationToken);
        }

        HasDeparted = true;
        return Page();
    }
}
