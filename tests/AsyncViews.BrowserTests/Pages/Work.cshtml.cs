using System.ComponentModel.DataAnnotations;
using AsyncViews.BrowserTests.Site;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.BrowserTests.Pages;

/// <summary>Ends with a page that shows the form again.</summary>
public class WorkModel(Works works) : AsyncPageModel
{
    [ViewData]
    public string Title => "Work";

    [FromQuery]
    public string? Key { get; set; }

    [BindProperty, Required]
    public string? Name { get; set; }

    public string? Outcome { get; private set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        await works[Key].RunAsync(process, cancellationToken);
        Outcome = $"Done for {Name}";
        return Page();
    }
}
