using System.Reflection;
using AsyncViews.Storage;

namespace AsyncViews.Benchmarks.Server;

/// <summary>A store whose submissions wait for each other, so that each is committed alone: what it would be without group commit.</summary>
public class OneAtATime : DispatchProxy
{
    private readonly SemaphoreSlim _turn = new(1);
    private IProcessStore _store = null!;

    public static IProcessStore Around(IProcessStore store)
    {
        var proxy = Create<IProcessStore, OneAtATime>();
        ((OneAtATime)(object)proxy)._store = store;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        ArgumentNullException.ThrowIfNull(targetMethod);
        return targetMethod.Name is nameof(IProcessStore.AddAsync) or nameof(IProcessStore.AddAndClaimAsync) ? AddAsync((NewProcess)args![0]!) : targetMethod.Invoke(_store, args);
    }

    private async ValueTask<AddResult> AddAsync(NewProcess process)
    {
        await _turn.WaitAsync();
        try
        {
            return await _store.AddAsync(process);
        }
        finally
        {
            _turn.Release();
        }
    }
}
