using System.ComponentModel.DataAnnotations;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page whose view needs what its OnGet loads.</summary>
public sealed class LoadedModel(Script script) : ScriptedModel(script)
{
    public sealed class Sorting
    {
        public string? By { get; set; }

        public bool Descending { get; set; }
    }

    public sealed class Contact
    {
        public string? Email { get; set; }
    }

    [BindProperty(SupportsGet = true)]
    public int Id { get; set; }

    [BindProperty, StringLength(10)]
    public string? Name { get; set; }

    [BindProperty]
    public Contact Input { get; set; } = new();

    public string? Loaded { get; set; }

    public async Task<IActionResult> OnGetAsync(int id, string? name, Sorting sort, [FromServices] Clerk clerk, CancellationToken cancellationToken, int size = 20, DayOfWeek? day = DayOfWeek.Friday)
    {
        await Task.Yield();
        if (!ModelState.IsValid || Request.Method != "GET")
            return BadRequest();
        if (id == 404)
            return NotFound();
        if (id == 302)
            return RedirectToPage("/Work");

        Loaded = $"{id}/{Id} name={name}/{Name} {sort.By} {sort.Descending} {size} {day} {clerk is not null} {cancellationToken == HttpContext.RequestAborted} flash={TempData["flash"]}";
        ModelState.AddModelError("", "found by OnGet");
        Input.Email = "prefilled";
        Name = "prefilled";
        return Page();
    }
}
