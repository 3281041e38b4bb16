using AsyncViews;
using Microsoft.AspNetCore.Mvc;
using SampleSite.Forecasts;

namespace SampleSite.Pages;

public sealed class ForecastModel(PassengerForecast simulation) : AsyncPageModel
{
    [ViewData]
    public string Title => "Passenger forecast";

    [BindProperty]
    public ForecastInput Input { get; set; } = new();

    public Forecast? Forecast { get; private set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        Forecast = await simulation.RunAsync(Input, process, cancellationToken);
        return Page();
    }
}
