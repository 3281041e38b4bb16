using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.TestSite.Pages.Parity;

/// <summary>The parameter of a named handler of both twins.</summary>
public sealed class ParityExport
{
    [StringLength(4)]
    public string? Format { get; set; }

    public decimal? Price { get; set; }

    [FromHeader(Name = "X-Client")]
    public string? Client { get; set; }

    [FromQuery(Name = "from")]
    public DateOnly? From { get; set; }

    [FromRoute]
    public string? Id { get; set; }

    public IFormFile? Document { get; set; }

    public IActionResult Describe(PageModel page, Support.Clerk clerk) => page.Content(
        string.Create(CultureInfo.InvariantCulture, $"{Format} {Price} {Client} {From:O} {Id} {Document?.FileName} {clerk is not null} {page.RouteData.Values["handler"]} {page.Request.Query["handler"]}"));

    public static IActionResult Describe(PageModel page, IFormFile? document, List<IFormFile> documents, string? client, int number)
    {
        using var content = document?.OpenReadStream();
        return page.Content($"{document?.FileName} {content?.ReadByte()} {string.Join(',', documents.Select(one => $"{one.FileName} {one.Length}"))} {client} {number}");
    }
}
