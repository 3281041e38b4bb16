namespace AsyncViews.Running;

internal sealed class ProcessContextAccessor : IProcessContextAccessor
{
    private readonly AsyncLocal<ProcessContext?> _process = new();

    public ProcessContext? Process
    {
        get => _process.Value;
        set => _process.Value = value;
    }
}
