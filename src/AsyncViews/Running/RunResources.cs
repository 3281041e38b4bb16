using AsyncViews.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Running;

/// <summary>Holds what a run uses, and disposes of it in the reverse order. An exception from that is only logged: it must not take the place of what the run came to.</summary>
internal sealed class RunResources(ProcessId id, ILogger logger) : IAsyncDisposable
{
    private readonly Stack<Func<ValueTask>> _disposals = new();

    public T Add<T>(T resource)
        where T : IAsyncDisposable
    {
        _disposals.Push(resource.DisposeAsync);
        return resource;
    }

    public void Add(Action dispose) => _disposals.Push(() =>
    {
        dispose();
        return ValueTask.CompletedTask;
    });

    public async ValueTask DisposeAsync()
    {
        foreach (var dispose in _disposals)
        {
            try
            {
                await dispose();
            }
            catch (Exception exception)
            {
                Log.NotDisposedAfterRun(logger, id, exception);
            }
        }
    }
}
