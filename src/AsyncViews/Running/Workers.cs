using AsyncViews.Diagnostics;
using AsyncViews.Progress;
using AsyncViews.Storage;

namespace AsyncViews.Running;

/// <summary>
/// Runs processes on this node, at most <see cref="AsyncViewsOptions.MaxConcurrentRuns"/> at once, whichever engine decides
/// when. Once the node drains, or the host begins to stop, it takes nothing more; what runs gets nearly all of the host's shutdown timeout.
/// </summary>
public sealed class Workers
{
    private readonly Claims _claims;
    private readonly ProcessRunner _runner;
    private readonly Quotas _quotas;
    private readonly LiveProcesses _live;
    private readonly TimeProvider _time;
    private readonly SafeLogger<Workers> _logger;
    private readonly Func<IReadOnlySet<ProcessType>> _types;
    private readonly Drain _drain;
    private readonly LogPace _pace;
    private readonly Room _room;

    /// <summary>The places that runs of anonymous people may have: not all of them, where people can sign in.</summary>
    private readonly Room _anonymousRoom;
    private int _running;

    internal Workers(
        Claims claims, ProcessRunner runner, Quotas quotas, LiveProcesses live, TimeProvider time, SafeLogger<Workers> logger,
        int count, int anonymous, Func<IReadOnlySet<ProcessType>> types, Drain drain)
    {
        (_claims, _runner, _quotas, _live, _time, _logger) = (claims, runner, quotas, live, time, logger);
        (Count, CountForAnonymous, _types, _drain) = (count, anonymous, types, drain);
        _pace = new LogPace(time);
        _room = new Room(count);
        _anonymousRoom = new Room(anonymous);
    }

    /// <summary>The number of processes that may run at once.</summary>
    public int Count { get; }

    /// <summary>The types that this node can run. They are complete once the server has started, and the same object as long as they do not change.</summary>
    public IReadOnlySet<ProcessType> Types => _types();

    /// <summary>Tells whether one more process would start at once.</summary>
    public bool HasRoom => _room.Free > 0 && !_drain.HasBegun;

    /// <summary>Tells whether every worker runs a process, so that the next end calls <see cref="RoomMade"/>. Places that are only taken for a claim do not count.</summary>
    internal bool IsFull => Volatile.Read(ref _running) >= Count;

    /// <summary>The number of processes of anonymous people that may run at once: not all, where people can sign in.</summary>
    public int CountForAnonymous { get; }

    /// <summary>The number of processes of anonymous people that would start at once.</summary>
    public int FreeForAnonymous => Math.Min(_room.Free, _anonymousRoom.Free);

    /// <summary>
    /// Cancelled once this node takes nothing more: the host stops, the node drains, or it has the role <see cref="NodeRole.Web"/>.
    /// An engine then leaves everything to the other nodes, and still schedules what this one accepts.
    /// </summary>
    public CancellationToken Stopping => _drain.Begun;

    /// <summary>Called when a run has ended, and no other place was free.</summary>
    internal Action? RoomMade { get; set; }

    /// <summary>
    /// Claims the process that is next, waiting for a free worker if necessary, and returns when its outcome is stored. An
    /// engine that hands over permits calls this once for each: the store chooses which process uses it. Never throws anything
    /// but <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting for a worker, and not the run.</param>
    public async Task<RunOutcome> RunNextAsync(CancellationToken cancellationToken = default)
    {
        var hasRoomForAnonymous = true;
        var outcome = await RunAsync(async anonymous =>
        {
            hasRoomForAnonymous = anonymous > 0;
            return await _claims.NextAsync(Types, 1, anonymous) is [var run] ? run : null;
        }, cancellationToken);
        return outcome == RunOutcome.NothingToRun && !hasRoomForAnonymous ? RunOutcome.NoRoomForAnonymous : outcome;
    }

    /// <summary>Claims this process if it waits and is of a type that this node can run, otherwise as <see cref="RunNextAsync"/>.</summary>
    /// <param name="id">The process.</param>
    /// <param name="cancellationToken">Ends the waiting for a worker, and not the run.</param>
    public Task<RunOutcome> RunAsync(ProcessId id, CancellationToken cancellationToken = default) =>
        RunAsync(_ => _claims.ByIdAsync(id, Types), cancellationToken);

    /// <summary>Returns how many of the queued processes of this type may start now: no more than there is room for under its quota.</summary>
    /// <param name="type">The type.</param>
    /// <param name="inspection">The inspection of the store that it was found in.</param>
    public int CountStartable(QueuedType type, StoreInspection inspection) => _quotas.CountStartable(type, inspection);

    /// <summary>Queues the processes whose scheduled time has come, and ends those as Missed that should have started by now.</summary>
    /// <returns>The next time at which there is something to do; null if nothing waits for a time.</returns>
    /// <exception cref="StoreUnavailableException">The store could not be asked.</exception>
    public Task<DateTimeOffset?> QueueDueAsync(CancellationToken cancellationToken = default) => _claims.QueueDueAsync(cancellationToken);

    /// <summary>Claims what is due, as much as there is room for, and starts it.</summary>
    /// <param name="most">The number to start at most.</param>
    /// <exception cref="StoreUnavailableException">Nothing was claimed.</exception>
    internal async Task<StartedRuns> StartDueAsync(int most = int.MaxValue)
    {
        var next = await _claims.QueueDueAsync(Stopping);
        var free = _drain.HasBegun ? 0 : _room.TakeFree(most);
        var anonymous = _anonymousRoom.TakeFree(free);
        IReadOnlyList<ClaimedRun> claimed = [];
        try
        {
            if (free > 0)
                claimed = await _claims.NextAsync(Types, free, anonymous);
        }
        finally
        {
            _room.GiveBack(free - claimed.Count);
            _anonymousRoom.GiveBack(anonymous - claimed.Count(run => run.IsAnonymous));
        }

        return new StartedRuns([.. claimed.Select(run => Start(run, run.IsAnonymous))], next);
    }

    /// <summary>Accepts a process under no quota with a limit, and claims it with the same write if it may start here at once. The order of what waits is kept, since nothing does.</summary>
    /// <returns>What the store has done, and the start of the run, which is to be called; null if it was not claimed.</returns>
    internal async Task<(AddResult Added, Action? Start)> AddAsync(NewProcess process)
    {
        using var worker = new OfferedWorker(_room, _anonymousRoom, process.IsAnonymous, RoomMade, Stopping);
        var (added, run) = await _claims.AddAsync(process, Types, worker.TryTake);
        if (run is null)
            return (added, null);

        worker.Keep();
        return (added, () => Start(run, run.IsAnonymous));
    }

    /// <summary>Gives other workers, who run other types or more at once, what these ones have.</summary>
    internal Workers With(int count, IReadOnlySet<ProcessType> types) => new(_claims, _runner, _quotas, _live, _time, _logger, count, count, () => types, _drain);

    /// <summary>Tells everything that runs that the host is about to end.</summary>
    internal void TellToStop()
    {
        Log.ToldToStop(_logger, _live.All.Count);
        foreach (var process in _live.All)
            _ = process.StopAsync();
    }

    /// <summary>Waits for everything that runs or is being claimed: until no place is taken.</summary>
    internal async Task DrainAsync(CancellationToken cancellationToken)
    {
        var running = Count - _room.TakeFree(Count);
        try
        {
            for (; running > 0; running--)
                await _room.TakeAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.LeftRunning(_logger, running);
        }
    }

    /// <param name="claim">Claims a process, of anonymous people at most so many.</param>
    /// <param name="cancellationToken">Ends the waiting for a worker.</param>
    private async Task<RunOutcome> RunAsync(Func<int, Task<ClaimedRun?>> claim, CancellationToken cancellationToken)
    {
        var anonymous = 0;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, Stopping);
        ClaimedRun? run = null;
        try
        {
            await _room.TakeAsync(either.Token);
            try
            {
                anonymous = _anonymousRoom.TakeFree(1);
                run = await claim(anonymous);
            }
            finally
            {
                if (run is null)
                    _room.GiveBack(1);
                if (run is not { IsAnonymous: true })
                    _anonymousRoom.GiveBack(anonymous);
            }
        }
        catch (Exception) when (_drain.HasBegun)
        {
            return RunOutcome.Stopping;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // Whoever hands it over again at once would find the store as it is now.
            if (_pace.IsDue())
                Log.NotClaimed(_logger, StorePatience.RetryDelay, exception);
            await Task.Delay(StorePatience.RetryDelay, _time, CancellationToken.None);
            return RunOutcome.StoreUnavailable;
        }

        if (run is null)
            return _drain.HasBegun ? RunOutcome.Stopping : RunOutcome.NothingToRun;

        await Start(run, run.IsAnonymous && anonymous == 1).Ended;
        return RunOutcome.Ran;
    }

    /// <param name="run">The run.</param>
    /// <param name="isCounted">Whether it has a place of those for anonymous people. An engine that names a process may give it another.</param>
    internal StartedRun Start(ClaimedRun run, bool isCounted)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.Increment(ref _running);

        // No run may inherit what happens to be ambient here.
        ThreadPool.UnsafeQueueUserWorkItem(_ => _ = RunAsync(run, isCounted, ended), null);
        return new StartedRun(run.Live.Id, ended.Task);
    }

    private async Task RunAsync(ClaimedRun run, bool isCounted, TaskCompletionSource ended)
    {
        try
        {
            await _runner.RunAsync(run);
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            var madeRoom = _room.GiveBack(1) | _anonymousRoom.GiveBack(isCounted ? 1 : 0);
            ended.SetResult();

            // Where another place was free, whatever could start has started.
            if (madeRoom)
                RoomMade?.Invoke();
        }
    }
}
