using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace SampleSite.Pages;

/// <summary>Signs anybody in as the operator, in Development.</summary>
public sealed class OperatorModel(IHostEnvironment environment) : PageModel
{
    public override void OnPageHandlerExecuting(PageHandlerExecutingContext context)
    {
        if (!environment.IsDevelopment())
            context.Result = NotFound();
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var identity = new ClaimsIdentity([new(ClaimTypes.NameIdentifier, "operator"), new(ClaimTypes.Name, "Operator"), new(ClaimTypes.Role, OperatorAccess.Role)], CookieAuthenticationDefaults.AuthenticationScheme);
        await HttpContext.SignInAsync(new ClaimsPrincipal(identity));
        return LocalRedirect("/processes-admin");
    }
}
