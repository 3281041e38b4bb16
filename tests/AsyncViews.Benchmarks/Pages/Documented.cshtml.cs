using AsyncViews.Benchmarks.Server;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>The same page by the pattern of Microsoft's documentation: a channel, a background service, a dictionary of what became of it.</summary>
public class DocumentedModel(DocumentedWork queue, RunLog runs, RunGate gate) : PageModel
{
    [BindProperty]
    public Input Input { get; set; } = new();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!ModelState.IsValid)
            return Page();

        var input = Input;
        var id = await queue.EnqueueAsync(async token =>
        {
            runs.Started(input.Sent);
            return input.Kind == WorkKind.Held ? await gate.PassAsync(input.Number, token) : 0;
        });
        return RedirectToPage("/Documented", "Status", new { id });
    }

    /// <summary>The address that its waiting page would poll: 204 while it runs, then the time of its end.</summary>
    public IActionResult OnGetStatus(Guid id) => queue.EndOf(id) is { } ended ? Content(ended.ToString()) : new NoContentResult();
}
