using AsyncViews.BrowserTests.Site;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.BrowserTests.Pages;

/// <summary>Ends with a download. Its route has no {handler}, so its addresses are of the other form.</summary>
public sealed class ExportModel(Works works) : AsyncPageModel
{
    public static byte[] FileContent => "id;name\r\n1;Łódź\r\n"u8.ToArray();

    [ViewData]
    public string Title => "Export";

    [FromQuery]
    public string? Key { get; set; }

    /// <summary>The name of the file.</summary>
    [BindProperty]
    public string? Name { get; set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        await works[Key].RunAsync(process, cancellationToken);
        return File(FileContent, "text/csv", Name ?? "export.csv");
    }
}
