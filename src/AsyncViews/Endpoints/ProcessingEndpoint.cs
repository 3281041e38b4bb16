using AsyncViews.Http;
using AsyncViews.Views;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Endpoints;

/// <summary>The waiting page, which the page shows itself; after the end, the result or what stands in for it.</summary>
internal sealed class ProcessingEndpoint(CompletedEndpoint completed, ResultEndpoint results) : ProcessEndpoint
{
    public override string[] MethodsFor(ProcessRequest request) => Reading;

    public override async Task<IActionResult?> AnswerAsync(ProcessRequest request, ProcessViewModel process)
    {
        if (RequestKind.IsScript(request.Http.Request))
            return await completed.AnswerNowAsync(request.Http, process);

        if (!process.Status.IsEnded)
        {
            request.Http.Features.Set(process);
            return null;
        }

        var (status, form) = (process.Status, process.Addresses.Form);
        if (status.State == ProcessState.Canceled && form.Length > 0 && CanceledCookie.Names(request.Http.Request, status.Id))
            return new SeeOtherResult(form);

        return await results.StandInAsync(process, request.Http.RequestAborted) ?? new SeeOtherResult(process.Addresses.Result);
    }
}
