using AsyncViews.Capture;
using AsyncViews.Http;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Endpoints;

/// <summary>Sends a kept submission once more, as a new process.</summary>
internal sealed class AgainEndpoint(SubmissionIntake intake, TokenCheck tokens, IStringLocalizer<Strings> texts) : ProcessEndpoint
{
    private static readonly string[] Methods = [HttpMethods.Post];

    public override string[] MethodsFor(ProcessRequest request) => Methods;

    public override async Task<IActionResult?> AnswerAsync(ProcessRequest request, ProcessViewModel process) =>
        await tokens.RefuseAsync(request, process, texts["Action.SendAgain"], process.Addresses.Again)
        ?? await intake.SendAgainAsync(request.Http, process.Status.Type, process.Status.Id)
        ?? new SeeOtherResult(process.Addresses.Result);
}
