using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace SampleSite.Pages;

// Shown in place of any failed request, also of a POST that never carried a token.
[IgnoreAntiforgeryToken]
[ResponseCache(NoStore = true)]
public sealed class ErrorModel : PageModel
{
    public string Heading { get; private set; } = "";

    public string Advice { get; private set; } = "";

    public void OnGet(int code = StatusCodes.Status500InternalServerError) => Describe(code);

    public void OnPost(int code = StatusCodes.Status500InternalServerError) => Describe(code);

    private void Describe(int code) => (Heading, Advice) = code switch
    {
        400 => ("That could not be read", "The form was sent incompletely or is too old. Please open it again and send it once more."),
        403 => ("Not for you", "You may not see this page."),
        404 => ("No such page", "The address may be mistyped, or what was here has expired."),
        405 => ("That does not work here", "This address does not accept such a request."),
        413 => ("That is too large", "The file is larger than this site accepts."),
        >= 400 and < 500 => ("That did not work", "The request could not be answered."),
        503 => ("Too busy", "The site has too much to do at the moment. Please try again in a minute."),
        _ => ("Something went wrong", "It was our fault, and it has been written down. Please try again later."),
    };
}
