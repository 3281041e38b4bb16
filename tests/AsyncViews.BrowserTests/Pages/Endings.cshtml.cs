using AsyncViews.BrowserTests.Site;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.BrowserTests.Pages;

/// <summary>Ends with a response of the kind that its form names.</summary>
public sealed class EndingsModel(Works works) : AsyncPageModel
{
    [FromQuery]
    public string? Key { get; set; }

    /// <summary>The one that is meant.</summary>
    [BindProperty]
    public string Name { get; set; } = "";

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        await works[Key].RunAsync(process, cancellationToken);
        return Name switch
        {
            "csv-without-name" => File("id;name"u8.ToArray(), "text/csv"),
            "csv-content" => Content("id;name", "text/csv; charset=utf-8"),
            "zip" => File(new byte[200], "application/zip"),
            "bytes" => File(new byte[200], "application/octet-stream"),
            "calendar" => Content("BEGIN:VCALENDAR", "text/calendar"),
            "no-content" => new NoContentResult(),
            "reset" => StatusCode(StatusCodes.Status205ResetContent),
            "empty" => new EmptyResult(),
            "mail" => Redirect("mailto:somebody@example.invalid"),
            "script" => Redirect("javascript:alert(1)"),
            "text" => Content("Plain text", "text/plain"),
            "json" => new JsonResult(new { Answer = 42 }),
            "redirect" => RedirectToPage("/Work", new { key = Key }),
            "redirect-to-file" => Redirect($"/file?key={Key}"),
            "redirect-to-slow" => Redirect($"/slow?key={Key}"),
            _ => NotFound(),
        };
    }
}
