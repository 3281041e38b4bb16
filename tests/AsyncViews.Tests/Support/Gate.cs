namespace AsyncViews.Tests.Support;

/// <summary>Holds a run where a test wants it, until the test opens it.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a run has come to the gate.</summary>
    public Task Entered => _entered.Task.Soon("a run that comes to the gate");

    public bool IsEntered => _entered.Task.IsCompleted;

    public void Open() => _opened.TrySetResult();

    /// <summary>For the run: says that it is here, and waits.</summary>
    public Task PassAsync(CancellationToken cancellationToken = default)
    {
        _entered.TrySetResult();
        return _opened.Task.WaitAsync(cancellationToken);
    }
}
