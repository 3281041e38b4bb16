using System.ComponentModel.DataAnnotations;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page that takes its input from everywhere, and has services.</summary>
public sealed class BoundModel(Script script, Clerk clerk, IHttpContextAccessor contexts) : ScriptedModel(script)
{
    [BindProperty, Range(0, 1000)]
    public decimal Amount { get; set; }

    [BindProperty]
    public DateTime? When { get; set; }

    [BindProperty]
    public List<string> Names { get; set; } = [];

    [BindProperty]
    public IFormFile? Upload { get; set; }

    [FromQuery]
    public string? Filter { get; set; }

    [FromHeader(Name = "X-Client")]
    public string? Client { get; set; }

    [TempData]
    public string? Flash { get; set; }

    public Clerk Clerk => clerk;

    public IHttpContextAccessor Contexts => contexts;

    public string? Outcome { get; set; }
}
