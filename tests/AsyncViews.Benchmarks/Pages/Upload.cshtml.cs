using AsyncViews.Benchmarks.Server;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Benchmarks.Pages;

/// <summary>A page that takes a large file, and reads it in its run.</summary>
public class UploadModel(RunLog runs) : AsyncPageModel
{
    [BindProperty]
    public IFormFile? Upload { get; set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        await using var content = Upload!.OpenReadStream();
        await content.CopyToAsync(Stream.Null, cancellationToken);
        runs.Started(0);
        return RedirectToPage("/Done");
    }
}
