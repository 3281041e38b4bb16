using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>The same page with a synchronous handler that does nothing but redirect.</summary>
public class PlainModel : PageModel
{
    [BindProperty]
    public Input Input { get; set; } = new();

    public IActionResult OnPost() => ModelState.IsValid ? RedirectToPage("/Done") : Page();
}
