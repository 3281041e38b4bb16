using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace AsyncViews.Capture;

/// <summary>Decides, before the body of a submission is read, whether there is room for it.</summary>
internal sealed class Admission(IProcessStore store, IOptions<AsyncViewsOptions> options, IStringLocalizer<Strings> texts)
{
    /// <summary>Null where it is admitted, else the reason for the person who sent it.</summary>
    public async ValueTask<string?> RefuseAsync(HttpContext context)
    {
        var limits = options.Value;
        var load = await store.GetLoadAsync(context.RequestAborted);
        if (load.Queued >= limits.MaxQueueLength || load.QueuedBytes >= limits.MaxQueueBytes)
            return texts["Refused.QueueFull"];

        if (load.FreeDiskBytes < limits.MinFreeDiskBytes)
            return texts["Refused.DiskFull"];

        return limits.AdmitAsync is null ? null : await limits.AdmitAsync(context);
    }
}
