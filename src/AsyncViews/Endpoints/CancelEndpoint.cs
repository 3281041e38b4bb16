using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Endpoints;

/// <summary>Cancels a process: for a form, and for a script with POST or DELETE.</summary>
internal sealed class CancelEndpoint(IProcessManager processes, ProcessLookup lookup, TokenCheck tokens, Watches watches, FastEnd fastEnd, IStringLocalizer<Strings> texts) : ProcessEndpoint
{
    private static readonly string[] Methods = [HttpMethods.Post, HttpMethods.Delete];

    public override string[] MethodsFor(ProcessRequest request) => Methods;

    public override async Task<IActionResult?> AnswerAsync(ProcessRequest request, ProcessViewModel process)
    {
        if (await tokens.RefuseAsync(request, process, texts["Action.Cancel"], process.Addresses.Cancel) is { } refusal)
            return refusal;

        var http = request.Http;
        using var watch = watches.Begin(process.Status.Id);
        var outcome = await processes.CancelAsync(process.Status.Id, http.RequestAborted);
        if (HttpMethods.IsDelete(http.Request.Method) && outcome == CancelOutcome.AlreadyEnded)
            return new StatusCodeResult(StatusCodes.Status204NoContent);

        if (HttpMethods.IsDelete(http.Request.Method) || RequestKind.IsScript(http.Request))
            return await AnswerScriptAsync(request, outcome);

        var hasEnded = outcome != CancelOutcome.Requested || await fastEnd.ComesAsync(watch, http.RequestAborted);
        return new SeeOtherResult(hasEnded ? process.Addresses.Result
            : process.Addresses.Processing + (RequestKind.WantsUpdates(http.Request) ? "" : $"&{QueryKeys.Refresh}=0"));
    }

    /// <summary>A queued process has ended by now, a running one has not.</summary>
    private async Task<IActionResult?> AnswerScriptAsync(ProcessRequest request, CancelOutcome outcome)
    {
        var (process, refusal) = await lookup.FindAsync(request);
        return process is null ? refusal : ScriptAnswer.Of(
            process, request.Http, texts, outcome == CancelOutcome.AlreadyEnded ? StatusCodes.Status200OK : StatusCodes.Status202Accepted);
    }
}
