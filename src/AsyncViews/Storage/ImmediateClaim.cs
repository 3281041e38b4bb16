namespace AsyncViews.Storage;

/// <summary>A claim that a node makes together with an acceptance, see <see cref="IProcessStore.AddAndClaimAsync"/>. The process is under no quota with a limit.</summary>
/// <param name="Types">The types that the node can run.</param>
/// <param name="TakeWorker">
/// Takes a worker for the process, and returns whether it has one. Called only if it could start, and once more if the commit is made
/// again. Whoever claims gives back a worker that is not needed.
/// </param>
public sealed record ImmediateClaim(IReadOnlySet<ProcessType> Types, Func<bool> TakeWorker);
