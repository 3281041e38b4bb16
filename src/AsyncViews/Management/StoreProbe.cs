using AsyncViews.Running;
using AsyncViews.Storage;

namespace AsyncViews.Management;

/// <summary>Asks the store how it is. While it does not answer, it is not asked again: a disk that hangs must not take a thread with every check.</summary>
internal sealed class StoreProbe(IProcessStore store, Node node, TimeProvider time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private Task<(StoreLoad Load, StoreInspection Inspection)>? _asking;

    /// <exception cref="StoreUnavailableException">It did not answer in time, or cannot be read.</exception>
    /// <exception cref="DamagedContentException">It holds what cannot be read.</exception>
    public async Task<(StoreLoad Load, StoreInspection Inspection)> AskAsync(CancellationToken cancellationToken)
    {
        Task<(StoreLoad Load, StoreInspection Inspection)> asking;
        lock (_lock)
        {
            if (_asking is null or { IsCompleted: true })
                _asking = Task.Run(AskStoreAsync, CancellationToken.None);
            asking = _asking;
        }

        try
        {
            return await asking.WaitAsync(LongestWait, time, cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new StoreUnavailableException($"The store has not answered for {LongestWait.TotalSeconds:0} seconds.", exception);
        }
    }

    private async Task<(StoreLoad Load, StoreInspection Inspection)> AskStoreAsync() => (await store.GetLoadAsync(), await store.InspectAsync(node.Lease));
}
