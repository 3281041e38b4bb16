using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.BrowserTests.Pages;

/// <summary>Tells what arrived.</summary>
[RequestSizeLimit(Limit)]
[RequestFormLimits(MultipartBodyLengthLimit = Limit)]
public sealed class UploadModel : AsyncPageModel
{
    private const long Limit = 400 << 20;

    [ViewData]
    public string Title => "Upload";

    [BindProperty]
    public IFormFile? Upload { get; set; }

    public long? Received { get; private set; }

    public string? Hash { get; private set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        await using var content = Upload!.OpenReadStream();
        Hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken));
        Received = Upload.Length;
        return Page();
    }
}
