namespace AsyncViews;

/// <summary>Gives any service inside a process access to its <see cref="ProcessContext"/>, at any call depth.</summary>
public interface IProcessContextAccessor
{
    /// <summary>The running process; null outside of one.</summary>
    ProcessContext? Process { get; }
}
