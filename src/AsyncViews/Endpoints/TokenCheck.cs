using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Views;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Endpoints;

/// <summary>The antiforgery token of a request that does something to a process.</summary>
internal sealed class TokenCheck(TokenlessScripts tokenless, IStringLocalizer<Strings> texts)
{
    /// <summary>Null where the request may do it, and its form can be read. A person gets the button once more, with a token of now.</summary>
    /// <param name="request">The request.</param>
    /// <param name="process">The process.</param>
    /// <param name="action">The text of the button.</param>
    /// <param name="form">The address that the button posts to.</param>
    public async Task<IActionResult?> RefuseAsync(ProcessRequest request, ProcessViewModel process, string action, string form)
    {
        if ((await FindOfTokenAsync(request) ?? await SubmissionRefusal.FindAsync(request.Http)) is not { } refusal)
            return null;

        string problem = texts[refusal.Message];
        if (!RequestKind.IsScript(request.Http.Request))
            return ProcessView.Page("NotDone", new NotDoneViewModel(process.Status.Title ?? process.Status.Id.Reference, problem, action, form, process.Addresses.Processing), refusal.StatusCode);

        PollAnswer.KeepFromStatusPages(request.Http);
        return JsonClient.Problem("refused", refusal.StatusCode, problem);
    }

    private async Task<SubmissionRefusal?> FindOfTokenAsync(ProcessRequest request) =>
        request.IgnoresAntiforgery || await tokenless.IncludeAsync(request.Http) ? null : await SubmissionRefusal.FindOfTokenAsync(request.Http);
}
