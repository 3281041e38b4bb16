namespace AsyncViews;

/// <summary>A node of the application.</summary>
/// <param name="Name">The name, which begins with that of its machine or container. No other start of a program has it.</param>
/// <param name="IsDraining">Whether it takes no more processes: it was told to drain, is about to stop, or has the role <see cref="NodeRole.Web"/>.</param>
/// <param name="Running">The number of processes that run on it.</param>
public sealed record NodeStatus(string Name, bool IsDraining, int Running)
{
    /// <summary>True if it can be stopped without cutting a run short.</summary>
    public bool IsDrained => IsDraining && Running == 0;
}
