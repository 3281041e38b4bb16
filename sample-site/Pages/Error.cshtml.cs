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
        400 => ("The form could not be read", "It was incomplete or too old. Please open it and send it again."),
        403 => ("Access denied", "You do not have permission to see this page."),
        404 => ("Page not found", "The address may be mistyped, or the page has expired."),
        405 => ("Request not supported", "This address does not accept requests of this kind."),
        413 => ("File too large", "The file is larger than this site accepts."),
        >= 400 and < 500 => ("Something is wrong with the request", "The site could not process it."),
        503 => ("Too busy", "The site is busy at the moment. Please try again in a minute."),
        _ => ("Something went wrong", "The fault is ours and has been logged. Please try again later."),
    };
}
