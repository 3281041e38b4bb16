using AsyncViews.Diagnostics;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>Decides, before the body of a submission is read, whether there is room for it.</summary>
internal sealed class Admission(StoreLimits storeLimits, ContentRoom room, IOptions<AsyncViewsOptions> options, IStringLocalizer<Strings> texts, ILogger<Admission> logger)
{
    /// <summary>Null where it is admitted, else the reason for the person who sent it; its name is for the log.</summary>
    public async ValueTask<LocalizedString?> RefuseAsync(HttpContext context, Sender sender)
    {
        var limits = options.Value;
        if (limits.Role == NodeRole.Worker)
        {
            Log.SubmissionToWorker(logger);
            return texts["Refused.StoreUnavailable"];
        }

        var outcome = storeLimits.JudgeStore(await room.ReadLoadAsync(context.RequestAborted), sender.IsAnonymous, 1);
        if (outcome != AddOutcome.Added)
            outcome = storeLimits.JudgeStore(await room.ReadLoadNowAsync(context.RequestAborted), sender.IsAnonymous, 1);
        if (outcome != AddOutcome.Added)
            return outcome == AddOutcome.QueueFull ? texts["Refused.QueueFull"] : texts["Refused.DiskFull"];

        if (!await room.HasRoomAsync(LengthOf(context), sender, context.RequestAborted))
            return texts["Refused.DiskFull"];

        return limits.AdmitAsync is { } admit && await admit(context) is { } refusal ? new LocalizedString(nameof(limits.AdmitAsync), refusal) : null;
    }

    /// <summary>The length that the body is said to have; 0 for one that the server refuses by itself, or that says nothing.</summary>
    private static long LengthOf(HttpContext context) =>
        context.Request.ContentLength is { } length && !(length > context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize) ? length : 0;
}
