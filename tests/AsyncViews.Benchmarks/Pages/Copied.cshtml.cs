using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>A plain page that takes a large file, and copies it to a file of its own.</summary>
public class CopiedModel : PageModel
{
    [BindProperty]
    public IFormFile? Upload { get; set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
            return Page();

        var path = Path.GetTempFileName();
        await using (var copy = System.IO.File.Create(path))
            await Upload!.CopyToAsync(copy, cancellationToken);
        System.IO.File.Delete(path);
        return RedirectToPage("/Done");
    }
}
