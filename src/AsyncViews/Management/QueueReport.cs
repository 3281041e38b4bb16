using AsyncViews.Running;
using AsyncViews.Storage;
using Microsoft.Extensions.Options;

namespace AsyncViews.Management;

/// <summary>Tells how the queue stands for this node: from what the store tells, and from what this node can run.</summary>
internal sealed class QueueReport(ProcessTypes types, Quotas quotas, IProcessStore store, IOptions<AsyncViewsOptions> options)
{
    public QueueHealth Of(StoreInspection inspection) => QueueHealth.Of(inspection, types.All, options.Value.MaxConcurrentRuns, store.Now, quotas);
}
