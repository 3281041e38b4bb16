using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AsyncViews.Diagnostics;
using AsyncViews.Storage;
using Microsoft.Extensions.Hosting;

namespace AsyncViews.Jobs;

/// <summary>
/// Sees to it that the next start of each recurring work waits in the store, where its due time makes it run, with every engine. Every
/// node does so. The id of a start follows from its due time, so the farm has one of each.
/// </summary>
internal sealed class RecurringStarts(IEnumerable<RecurringWork> works, JobTypes jobs, JobScheduler scheduler, IProcessManager processes, IProcessStore store, TimeProvider time, SafeLogger<RecurringStarts> logger)
    : IHostedLifecycleService, IDisposable
{
    /// <summary>The entry of their metadata that all starts have.</summary>
    public static readonly KeyValuePair<string, string> Mark = new(SubmissionOrigin.OwnPrefix + "recurring", "start");

    private const string NameKey = SubmissionOrigin.OwnPrefix + "recurring-name", DueKey = SubmissionOrigin.OwnPrefix + "recurring-due";

    private const string FingerprintKey = SubmissionOrigin.OwnPrefix + "recurring-fingerprint", SinceKey = SubmissionOrigin.OwnPrefix + "recurring-since";

    /// <summary>The number of latest starts that are looked through: nodes of another release may have added some.</summary>
    private const int Latest = 100;

    /// <summary>Somebody may have canceled a start, or removed it.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    /// <summary>One that is due may wait for a worker.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(15);

    /// <summary>A store that does not answer, or a time that is still computed, must not take from the runs what the host gives them.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(5);

    private readonly FrozenDictionary<string, RecurringWork> _works = works.ToFrozenDictionary(work => work.Name);
    private readonly CancellationTokenSource _stopping = new();
    private Task _keeping = Task.CompletedTask;
    private DateTimeOffset _since;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var work in _works.Values)
            jobs.Of(work.ArgsType).Write(work.Args);
        return Task.CompletedTask;
    }

    /// <summary>It begins only here, where the store is open.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        _since = store.Now;
        using (ExecutionContext.SuppressFlow())
            _keeping = Task.Run(KeepAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => _stopping.CancelAsync();

    public async Task StopAsync(CancellationToken cancellationToken) =>
        await _keeping.WaitAsync(LongestStop, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    /// <summary>Finds the starts that wait, the next one first.</summary>
    public static Task<IEnumerable<RecurringStart>> FindWaitingAsync(IProcessManager processes, CancellationToken cancellationToken) =>
        FindUnstartedAsync(processes, [ProcessState.Scheduled, ProcessState.Queued], cancellationToken);

    private static async Task<IEnumerable<RecurringStart>> FindUnstartedAsync(IProcessManager processes, ProcessState[] states, CancellationToken cancellationToken)
    {
        List<ProcessStatus> waiting = [];
        foreach (var state in states)
            waiting.AddRange(await processes.ListAllAsync(new ProcessQuery { Metadata = Mark, State = state, Count = int.MaxValue }, cancellationToken: cancellationToken));
        return waiting.Where(status => status.Attempt == 0).Select(RecurringStart.Of).OfType<RecurringStart>().OrderBy(start => start.Due);
    }

    private async Task KeepAsync()
    {
        var isSettled = false;
        while (true)
        {
            var wait = RetryDelay;
            try
            {
                if (!isSettled)
                    await SettleAsync();
                isSettled = true;
                if (_works.Count == 0)
                    return;

                wait = await EnsureAllAsync() - store.Now;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                if (_works.Count > 0)
                    Log.RecurringNotKept(logger, exception);
            }
            catch (Exception)
            {
                return;
            }

            try
            {
                await Task.Delay(wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait, time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Takes back waiting starts of work that is no longer registered, or registered differently. They leave no trace, so that a start of
    /// the same time may follow. One that was due already follows at once: nothing else makes up for it.
    /// </summary>
    private async Task SettleAsync()
    {
        // A node may have been killed between the two steps.
        foreach (var start in await FindUnstartedAsync(processes, [ProcessState.Scheduled, ProcessState.Queued, ProcessState.Canceled], _stopping.Token))
        {
            if (_works.TryGetValue(start.Name, out var work) && work.Fingerprint == start.Fingerprint)
                continue;

            // A start that has just begun runs on.
            await scheduler.DescheduleIdentityAsync(RecurringWork.IdentityOf(start.Name, start.Fingerprint), _stopping.Token);
            if (await processes.GetStatusAsync(start.Id, _stopping.Token) is { State: ProcessState.Canceled, Attempt: 0 })
            {
                await processes.RemoveAsync(start.Id, _stopping.Token);
                if (work is not null && start.IsWaiting && start.Due <= store.Now)
                    await ScheduleAsync(work, start.Due);
                Log.RecurringTakenBack(logger, start.Name, start.Due);
            }
        }
    }

    /// <returns>The next time at which there is something to do.</returns>
    private async Task<DateTimeOffset> EnsureAllAsync()
    {
        var next = DateTimeOffset.MaxValue;
        foreach (var work in _works.Values)
        {
            try
            {
                if (await EnsureAsync(work) is { } due && due < next)
                    next = due;
            }
            catch (Exception exception) when (exception is not StoreUnavailableException && !_stopping.IsCancellationRequested)
            {
                // Work without usable times or arguments does not stop the other work.
                Log.RecurringNotKept(logger, exception);
            }
        }

        return next;
    }

    /// <returns>The due time of its next start; null if there is none any more.</returns>
    private async Task<DateTimeOffset?> EnsureAsync(RecurringWork work)
    {
        var last = await FindLastAsync(work);
        var now = store.Now;
        if (last is { IsWaiting: true } && (last.Due > now || work.Options.Missed == MissedStarts.Once))
            return last.Due;

        var due = work.NextAfter(last?.Due, now);
        foreach (var at in due)
            await ScheduleAsync(work, at);
        return due.Count == 0 ? null : due[^1];
    }

    /// <summary>
    /// Finds the start that the next one follows: the last of this registration, of one with which a node has started later, or of an
    /// earlier one if its time is over. Nodes of an earlier release may still add starts for later times, which do not count.
    /// </summary>
    private async Task<RecurringStart?> FindLastAsync(RecurringWork work)
    {
        var query = new ProcessQuery { Metadata = new(NameKey, work.Name), Count = Latest };
        RecurringStart[] starts = [.. (await processes.ListAllAsync(query, cancellationToken: _stopping.Token)).Select(RecurringStart.Of).OfType<RecurringStart>()];
        return starts.FirstOrDefault(start => start.Fingerprint == work.Fingerprint || start.Since > _since || (!start.IsWaiting && start.Due <= store.Now));
    }

    private async Task ScheduleAsync(RecurringWork work, DateTimeOffset due)
    {
        var id = ProcessId.Of(HMACSHA256.HashData(store.DeriveKey("recurring"), Encoding.UTF8.GetBytes($"{work.Name} {TextOf(due)}")));
        var options = new ScheduleOptions
        {
            NotBefore = due,
            StartBefore = work.Options.Missed == MissedStarts.Skip ? due + work.Options.Tolerance : null,
            Priority = work.Options.Priority,
            Title = work.Options.Title,
            Identity = RecurringWork.IdentityOf(work.Name, work.Fingerprint),
            Metadata = new Dictionary<string, string> { [Mark.Key] = Mark.Value, [NameKey] = work.Name, [DueKey] = TextOf(due), [FingerprintKey] = work.Fingerprint, [SinceKey] = TextOf(_since) },
        };
        try
        {
            if (await store.FindAsync(id, _stopping.Token) is null)
                await scheduler.ScheduleAsync(jobs.Of(work.ArgsType), work.Args, options, _stopping.Token, id);
        }
        catch (Exception) when (!_stopping.IsCancellationRequested)
        {
            // Another node was faster.
            if (await store.FindAsync(id, _stopping.Token) is null)
                throw;
        }
    }

    private static string TextOf(DateTimeOffset time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);

    /// <summary>A start of recurring work.</summary>
    /// <param name="Id">The process.</param>
    /// <param name="Name">The name of the work.</param>
    /// <param name="Due">The time for which it is scheduled.</param>
    /// <param name="Fingerprint">The fingerprint of the registration.</param>
    /// <param name="Since">The time at which the node has started that added it; null if an earlier release did.</param>
    /// <param name="IsWaiting">Tells whether it has neither started nor ended.</param>
    internal sealed record RecurringStart(ProcessId Id, string Name, DateTimeOffset Due, string Fingerprint, DateTimeOffset? Since, bool IsWaiting)
    {
        /// <summary>Null if its metadata cannot be read: the row is damaged.</summary>
        public static RecurringStart? Of(ProcessStatus status) => TimeOf(status, DueKey) is not { } due ? null : new(
            status.Id,
            status.Metadata.GetValueOrDefault(NameKey, ""),
            due,
            status.Metadata.GetValueOrDefault(FingerprintKey, ""),
            TimeOf(status, SinceKey),
            status is { Attempt: 0, State: ProcessState.Scheduled or ProcessState.Queued });

        private static DateTimeOffset? TimeOf(ProcessStatus status, string key) =>
            DateTimeOffset.TryParse(status.Metadata.GetValueOrDefault(key), CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;
    }
}
