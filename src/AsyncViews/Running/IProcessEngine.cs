using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>
/// Decides when and where processes run, and runs them through the <see cref="Workers"/>. The store decides which one is next
/// and stays the truth: a process that is handed over twice runs once, and one that an engine loses is found again by
/// <see cref="CatchUpAsync"/>. Replace the registration of this service to run processes on another scheduler.
/// </summary>
public interface IProcessEngine
{
    /// <summary>
    /// Tells whether a process that this node accepts may start here and now, without being scheduled: with a worker free, and nothing
    /// that waits before it, the write that accepts it claims it, too. The engine has begun to run what is due then.
    /// </summary>
    bool StartsAtOnce => false;

    /// <summary>
    /// Begins to run what is due. Called once the server has started, when the application's pages are known, and not at all on
    /// a node with the role <see cref="NodeRole.Web"/>.
    /// </summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes nothing more, as it may have done before, see <see cref="Workers.Stopping"/>. Called once, when the host stops and the server has answered its last request. What runs in the
    /// <see cref="Workers"/> is awaited afterwards, so an engine does not wait for it.
    /// </summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Tells that a process waits for its start or for its next attempt. Called after its record is committed. An exception is
    /// logged, and the next sweep makes up for it.
    /// </summary>
    /// <returns>Whether this node has a worker free for it, so that it starts here and now.</returns>
    ValueTask<bool> ScheduleAsync(WaitingProcess process, CancellationToken cancellationToken = default);

    /// <summary>Tells that a process does not wait any more, since it was canceled or removed. It may have been unknown to this engine.</summary>
    ValueTask CancelAsync(ProcessId id, CancellationToken cancellationToken = default);

    /// <summary>Tells that another node has told its engine of something that waits, which may start here.</summary>
    ValueTask WakeAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Finds what waits and no engine has been told of: another node has left it, or ended before it could tell. Called with every
    /// sweep, and whenever something that other nodes have told may have been missed.
    /// </summary>
    ValueTask CatchUpAsync(CancellationToken cancellationToken = default);
}

/// <summary>A process that waits for its start.</summary>
/// <param name="Id">The process.</param>
/// <param name="Type">The type of its work.</param>
/// <param name="Due">The earliest time at which it may start; null if it may start at once.</param>
/// <param name="StartBefore">The time at which it becomes Missed unless it has started; null if it may wait forever.</param>
/// <param name="Priority">The priority: 0 to 100. Higher ones start first.</param>
public readonly record struct WaitingProcess(ProcessId Id, ProcessType Type, DateTimeOffset? Due, DateTimeOffset? StartBefore, int Priority)
{
    internal static WaitingProcess Of(NewProcess process) => new(process.Id, process.Type, process.Terms.NotBefore, process.Terms.StartBefore, process.Terms.Priority);

    internal static WaitingProcess Of(ProcessRecord record) => new(record.Id, record.Type, record.Terms.NotBefore, record.Terms.StartBefore, record.Terms.Priority);
}
