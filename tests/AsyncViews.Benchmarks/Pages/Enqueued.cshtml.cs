using AsyncViews.Benchmarks.Server;
using Hangfire;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>The same page with a job of Hangfire.</summary>
public class EnqueuedModel(IBackgroundJobClient jobs) : PageModel
{
    [BindProperty]
    public Input Input { get; set; } = new();

    public IActionResult OnPost()
    {
        if (!ModelState.IsValid)
            return Page();

        var sent = Input.Sent;
        var id = jobs.Enqueue<EnqueuedWork>(work => work.Run(sent));
        return RedirectToPage("/Done", new { id });
    }
}
