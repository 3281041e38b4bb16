using AsyncViews.Capture;
using AsyncViews.Http;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace AsyncViews.Endpoints;

/// <summary>The antiforgery token of a request that does something to a process.</summary>
internal sealed class TokenCheck(TokenlessScripts tokenless, RefusalLog refusals)
{
    /// <summary>Null where the request may do it. The framework's shorter question is true for DELETE, whatever the token.</summary>
    public async Task<IActionResult?> RefuseAsync(ProcessRequest request)
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
            refusals.Add(http, SubmissionRefusal.From(http, exception));
            if (RequestKind.IsScript(http.Request))
                PollAnswer.KeepFromStatusPages(http);
            return new AntiforgeryValidationFailedResult();
        }
    }
}
