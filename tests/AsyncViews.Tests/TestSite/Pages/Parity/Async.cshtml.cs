using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.TestSite.Pages.Parity;

/// <summary>The page whose work is a process.</summary>
public sealed class AsyncModel : AsyncPageModel
{
    [BindProperty]
    public ParityInput Input { get; set; } = new();

    [FromQuery]
    public string? Kind { get; set; }

    protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) =>
        ParityWork.AnswerAsync(this, Input, Kind, cancellationToken);
}

/// <summary>The same as an ordinary page.</summary>
public sealed class PlainModel : PageModel
{
    [BindProperty]
    public ParityInput Input { get; set; } = new();

    [FromQuery]
    public string? Kind { get; set; }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken) =>
        ModelState.IsValid ? await ParityWork.AnswerAsync(this, Input, Kind, cancellationToken) : Page();
}
