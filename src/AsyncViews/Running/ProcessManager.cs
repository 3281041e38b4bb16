using AsyncViews.Progress;
using AsyncViews.Results;
using AsyncViews.Storage;

namespace AsyncViews.Running;

internal sealed class ProcessManager(IProcessStore store, LiveProcesses live) : IProcessManager
{
    public async Task<ProcessStatus?> GetStatusAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        (await live.ReadAsync(id, cancellationToken))?.ToStatus();

    public async Task<CancelOutcome> CancelAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        var outcome = await store.RequestCancelAsync(id, cancellationToken);
        if (live.Find(id) is { } running)
            await running.CancelAsync();
        else
            live.ForgetReading(id);

        return outcome;
    }

    public async Task<ProcessResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        await store.OpenResultAsync(id, cancellationToken) is { } stored ? RecordedResponse.Open(stored) : null;

    public async Task<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default)
    {
        await CancelAsync(id, cancellationToken);
        var removed = await store.RemoveAsync(id, cancellationToken);
        live.Forget(id);
        return removed;
    }
}
