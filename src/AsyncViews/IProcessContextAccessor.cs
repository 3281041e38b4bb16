namespace AsyncViews;

/// <summary>Gives any service that runs inside a process its <see cref="ProcessContext"/>, however deep the call.</summary>
public interface IProcessContextAccessor
{
    /// <summary>The running process; null outside one.</summary>
    ProcessContext? Process { get; }
}
