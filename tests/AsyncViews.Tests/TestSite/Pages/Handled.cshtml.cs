using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page whose addresses have the handler in their path.</summary>
public sealed class HandledModel(Script script) : ScriptedModel(script)
{
    [ViewData]
    public string Title => "<Handled> & more";

    public string? Outcome { get; set; }

    public void OnGet() => Outcome = "own OnGet";

    public IActionResult OnGetPreview() => Content("preview");
}
