using System.ComponentModel.DataAnnotations;
using AsyncViews;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using SampleSite.Airports;

namespace SampleSite.Pages;

/// <summary>An ordinary page that starts a job and stays where it is.</summary>
public sealed class SurveyModel(IJobScheduler jobs, IProcessManager processes) : PageModel
{
    [ViewData]
    public string Title => "Survey";

    [BindProperty, Required]
    public string? State { get; set; } = "AK";

    /// <summary>The survey that was started from here, and is this browser's own.</summary>
    public ProcessId? Started { get; private set; }

    public Survey? Found { get; private set; }

    public async Task OnGetAsync(ProcessId? started, CancellationToken cancellationToken)
    {
        Started = started;
        var own = await processes.ListAsync(HttpContext, cancellationToken: cancellationToken);
        if (started is { } id && own.Any(process => process.Id == id && process.State == ProcessState.Succeeded))
            Found = await processes.GetResultAsync<Survey>(id, cancellationToken);
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (State is null || !UsState.All.TryGetValue(State, out var state))
            ModelState.AddModelError(nameof(State), "Choose one of the states.");
        else if (ModelState.IsValid)
            return RedirectToPage(new { started = await StartAsync(state, cancellationToken) });

        return Page();
    }

    private Task<ProcessId> StartAsync(UsState state, CancellationToken cancellationToken) =>
        jobs.ScheduleAsync(new SurveyOrder(state.Code), new ScheduleOptions { Title = $"Survey of {state.Name}" }, cancellationToken);
}
