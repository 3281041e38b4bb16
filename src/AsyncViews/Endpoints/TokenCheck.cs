using AsyncViews.Capture;
using AsyncViews.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Endpoints;

/// <summary>The antiforgery token of a request that does something to a process.</summary>
internal sealed class TokenCheck(TokenlessScripts tokenless, RefusalLog refusals, IStringLocalizer<Strings> texts)
{
    /// <summary>Null where the request may do it, and its form can be read.</summary>
    public async Task<IActionResult?> RefuseAsync(ProcessRequest request) =>
        await RefuseTokenAsync(request) ?? (await SubmissionRefusal.FindAsync(request.Http) is { } unreadable ? Refuse(request.Http, unreadable) : null);

    /// <summary>The framework's shorter question is true for DELETE, whatever the token.</summary>
    private async Task<IActionResult?> RefuseTokenAsync(ProcessRequest request)
    {
        var http = request.Http;
        if (request.IgnoresAntiforgery || await tokenless.IncludeAsync(http))
            return null;

        try
        {
            await http.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(http);
            return null;
        }
        catch (AntiforgeryValidationException exception)
        {
            var refusal = SubmissionRefusal.From(http, exception);
            refusals.Add(http, refusal);
            return Refuse(http, refusal);
        }
    }

    private IActionResult Refuse(HttpContext http, SubmissionRefusal refusal)
    {
        if (!RequestKind.IsScript(http.Request))
            return refusal.StatusCode == StatusCodes.Status400BadRequest ? new AntiforgeryValidationFailedResult() : new StatusCodeResult(refusal.StatusCode);

        PollAnswer.KeepFromStatusPages(http);
        return JsonClient.Problem("refused", refusal.StatusCode, texts[refusal.Message]);
    }
}
