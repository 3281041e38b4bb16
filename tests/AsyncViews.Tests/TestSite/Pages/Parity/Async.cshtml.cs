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

    [AsyncHandler]
    public async Task<IActionResult> OnPostExportAsync(ParityExport export, [FromServices] Support.Clerk clerk, CancellationToken cancellationToken)
    {
        await Task.Delay(1, cancellationToken);
        return export.Describe(this, clerk);
    }

    [AsyncHandler]
    public IActionResult OnPostUpload(IFormFile? document, List<IFormFile> documents, [FromHeader(Name = "X-Client")] string? client, [FromQuery] int page = 1) =>
        ParityExport.Describe(this, document, documents, client, page);

    [AsyncHandler]
    public IActionResult OnPostSum([FromBody] int[] numbers) => new JsonResult(new { sum = numbers.Sum() });

    [AsyncHandler]
    public void OnPostNothing() => ViewData["Said"] = "nothing";

    [AsyncHandler]
    public async Task OnPostLaterAsync()
    {
        await Task.Yield();
        ViewData["Said"] = "later";
    }

    [AsyncHandler]
    public IActionResult? OnPostNull() => null;

    [AsyncHandler]
    public Task<JsonResult> OnPostTypedAsync(string? text) => Task.FromResult(new JsonResult(new { text }));
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

    public async Task<IActionResult> OnPostExportAsync(ParityExport export, [FromServices] Support.Clerk clerk, CancellationToken cancellationToken)
    {
        if (!ModelState.IsValid)
            return Page();

        await Task.Delay(1, cancellationToken);
        return export.Describe(this, clerk);
    }

    public IActionResult OnPostUpload(IFormFile? document, List<IFormFile> documents, [FromHeader(Name = "X-Client")] string? client, [FromQuery] int page = 1) =>
        ParityExport.Describe(this, document, documents, client, page);

    public IActionResult OnPostSum([FromBody] int[] numbers) => new JsonResult(new { sum = numbers.Sum() });

    public void OnPostNothing() => ViewData["Said"] = "nothing";

    public async Task OnPostLaterAsync()
    {
        await Task.Yield();
        ViewData["Said"] = "later";
    }

    public IActionResult? OnPostNull() => null;

    public Task<JsonResult> OnPostTypedAsync(string? text) => Task.FromResult(new JsonResult(new { text }));
}
