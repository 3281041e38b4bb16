using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Capture;

/// <summary>Answers a submission that was accepted: where a person goes on, and what a script is told.</summary>
internal sealed class AcceptedAnswer(
    HeldPolls polls, FastEnd fastEnd, LiveProcesses live, ProcessViewModels views, IProcessManager processes, IStringLocalizer<Strings> texts)
{
    /// <param name="context">The submission's request.</param>
    /// <param name="accepted">What became of it.</param>
    /// <param name="addresses">The addresses of the process that now stands for it.</param>
    /// <param name="watch">Watches that process since before it was stored.</param>
    public async Task<IActionResult> AnswerAsync(HttpContext context, Accepted accepted, ProcessAddresses addresses, Watches.Watch watch)
    {
        var id = accepted.Id!.Value;
        if (RequestKind.IsScript(context.Request))
            return await AnswerScriptAsync(context, id, addresses);

        if (accepted.WasSentBefore)
            return new SeeOtherResult($"{addresses.Result}&{QueryKeys.SentBefore}=1");

        var endsFast = Prefer.WaitOf(context.Request) is { } preferred
            ? await polls.HasEndedAsync(context, id, preferred)
            : accepted.StartsHere && await fastEnd.ComesAsync(watch, context.RequestAborted);
        return new SeeOtherResult(endsFast ? await EndAddressAsync(addresses, id, context.RequestAborted) : addresses.Processing);
    }

    /// <summary>The submission is accepted, whatever becomes of the reading.</summary>
    private async Task<IActionResult> AnswerScriptAsync(HttpContext context, ProcessId id, ProcessAddresses addresses)
    {
        if (Prefer.Has(context.Request, Prefer.RespondAsync))
            Prefer.Apply(context.Response, Prefer.RespondAsync);

        if (Prefer.WaitOf(context.Request) is { } preferred)
            await polls.HasEndedAsync(context, id, preferred);

        try
        {
            if (await live.ReadAsync(id, context.RequestAborted) is { } record)
                return ScriptAnswer.Of(views.Build(context.Request, record, addresses), context, texts);
        }
        catch (StoreException)
        {
            // Whoever asks at the address is told.
        }

        return ScriptAnswer.OfUnread(addresses, context);
    }

    /// <summary>The submission is accepted, whatever becomes of the reading.</summary>
    private async Task<string> EndAddressAsync(ProcessAddresses addresses, ProcessId id, CancellationToken cancellationToken)
    {
        try
        {
            await using var result = await processes.OpenResultAsync(id, cancellationToken);
            return Landings.AddressFor(addresses, result);
        }
        catch (StoreException)
        {
            return addresses.Result;
        }
    }
}
