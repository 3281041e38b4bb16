using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page of the application's own: with progress of the processes it is asked for, else with the list.</summary>
public sealed class EmbeddingModel : PageModel
{
    [BindProperty(Name = "id", SupportsGet = true)]
    public string[] Ids { get; set; } = [];

    [BindProperty(Name = "group", SupportsGet = true)]
    public string[] Groups { get; set; } = [];
}
