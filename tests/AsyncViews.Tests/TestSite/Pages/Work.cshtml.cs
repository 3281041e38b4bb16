using System.ComponentModel.DataAnnotations;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>The plainest page: one field, no OnGet, no route of its own.</summary>
public sealed class WorkModel(Script script) : ScriptedModel(script)
{
    [BindProperty, StringLength(10)]
    public string? Text { get; set; }

    /// <summary>Set by runs, to be seen in the result.</summary>
    public string? Outcome { get; set; }
}
