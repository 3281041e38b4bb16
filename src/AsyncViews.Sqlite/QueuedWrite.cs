using AsyncViews.Storage;

namespace AsyncViews.Sqlite;

/// <summary>Work that waits for the writer's thread, which alone calls these members.</summary>
internal abstract class QueuedWrite
{
    public bool IsAlone { get; init; }

    public abstract void Run(Statements statements);

    public abstract void Complete();

    public abstract void Fail(Exception exception);
}

/// <inheritdoc />
internal sealed class QueuedWrite<T>(Func<Statements, T> work) : QueuedWrite
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Func<Statements, T>? _waiting = work;
    private Func<Statements, T>? _begun;
    private T _result = default!;

    /// <summary>Completes when it is on the disk.</summary>
    /// <exception cref="StoreUnavailableException">It could not be committed.</exception>
    /// <exception cref="OperationCanceledException">It was withdrawn.</exception>
    public Task<T> Committed => _completion.Task;

    /// <summary>Has it never run, and keeps nothing of it. Returns false if it has begun.</summary>
    public bool TryWithdraw()
    {
        if (Interlocked.Exchange(ref _waiting, null) is null)
            return false;

        _completion.TrySetCanceled();
        return true;
    }

    public override void Run(Statements statements)
    {
        _begun ??= Interlocked.Exchange(ref _waiting, null);
        if (_begun is not null)
            _result = _begun(statements);
    }

    public override void Complete()
    {
        if (_begun is not null)
            _completion.TrySetResult(_result);
    }

    public override void Fail(Exception exception) => _completion.TrySetException(exception);
}
