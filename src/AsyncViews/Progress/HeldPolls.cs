using System.Collections.Concurrent;
using System.Globalization;
using AsyncViews.Diagnostics;
using AsyncViews.Http;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AsyncViews.Progress;

/// <summary>
/// Holds a poll back until there is something to say, so that a result is on the screen when it is there and not at the
/// next poll. A held poll costs no more requests than polling: what is no turn of the process waits for the poll interval.
/// </summary>
/// <remarks>Ten thousand may be held at once: what one of them keeps while it waits is counted in bytes.</remarks>
internal sealed class HeldPolls
{
    /// <summary>How often a process that does not run on this node is looked at.</summary>
    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(1);

    private readonly LiveProcesses _live;
    private readonly Watches _watches;
    private readonly AsyncViewsOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;
    private readonly ConcurrentDictionary<string, int> _heldByOwner = new();
    private int _held;

    public HeldPolls(LiveProcesses live, Watches watches, IOptions<AsyncViewsOptions> options, TimeProvider time, Telemetry telemetry, IHostApplicationLifetime host)
    {
        _live = live;
        _watches = watches;
        _options = options.Value;
        _time = time;
        _stopping = host.ApplicationStopping;

        telemetry.ObserveHeldPolls(() => Count);

        // Everybody gets an answer, and asks the successor next.
        _stopping.Register(watches.WakeAll);
    }

    /// <summary>How many polls are held now.</summary>
    public int Count => Volatile.Read(ref _held);

    /// <summary>Waits for the end of a process that was submitted, as long as its client would, and tells whether it has come.</summary>
    public async Task<bool> HasEndedAsync(HttpContext context, ProcessId id, TimeSpan preferred)
    {
        try
        {
            if (LongestOf(preferred) is var longest && longest > TimeSpan.Zero && await HoldAsync(context, new HeldPoll(id, longest, longest)))
                Prefer.ApplyWait(context.Response, longest);
            return (await _live.ReadAsync(id, context.RequestAborted))?.State.IsEnded() == true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>How long a client that would wait so long may be held.</summary>
    public TimeSpan LongestOf(TimeSpan preferred) => preferred < _options.PollHold ? preferred : _options.PollHold;

    /// <summary>
    /// Returns when there is something new, or it is time to answer that there is nothing. Whoever asks must be looked at
    /// again afterwards.
    /// </summary>
    /// <param name="context">The request of the poll.</param>
    /// <param name="poll">How it is held.</param>
    /// <param name="hasNews">Whether a live process differs from what the poller has seen; null where only the end is news.</param>
    /// <returns>False where enough others are held already, so that it was not.</returns>
    public async Task<bool> HoldAsync(HttpContext context, HeldPoll poll, HasNews? hasNews = null)
    {
        if ((await _live.ReadAsync(poll.Id, context.RequestAborted))?.Owner is not { } owner || !TryEnter(owner))
            return false;

        // It takes its time, and says so itself.
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var began = _time.GetTimestamp();
        using var watch = _watches.Begin(poll.Id);
        try
        {
            while (true)
            {
                // Taken before the process is looked at, so that nothing is missed in between.
                var (changed, turned) = (watch.Changed, watch.Turned);
                var waited = _time.GetElapsedTime(began);
                var isDue = waited >= poll.Earliest;
                if (_stopping.IsCancellationRequested || waited >= poll.Longest)
                    break;

                if (await _live.ReadAsync(poll.Id, context.RequestAborted) is not { } record || record.State.IsEnded() || hasNews?.Invoke(context.Request, poll, record, isDue) == true)
                    break;

                var next = isDue || poll.Earliest > poll.Longest ? poll.Longest : poll.Earliest;
                var wait = _live.Find(poll.Id) is null && next - waited > ReadInterval ? ReadInterval : next - waited;

                // Timers know whole milliseconds: what is left of one would be no wait at all.
                wait = TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
                await (isDue ? changed : turned).WaitAsync(wait, _time, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                context.RequestAborted.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            Leave(owner);
        }

        context.Response.Headers["Server-Timing"] = string.Create(CultureInfo.InvariantCulture, $"hold;dur={_time.GetElapsedTime(began).TotalMilliseconds:0}");
        return true;
    }

    private bool TryEnter(string owner)
    {
        if (Interlocked.Increment(ref _held) <= _options.MaxHeldPolls
            && _heldByOwner.AddOrUpdate(owner, 1, (_, held) => held + 1) is var ofOwner)
        {
            if (ofOwner <= _options.MaxHeldPollsPerOwner)
                return true;

            Leave(owner);
            return false;
        }

        Interlocked.Decrement(ref _held);
        return false;
    }

    private void Leave(string owner)
    {
        Interlocked.Decrement(ref _held);
        if (_heldByOwner.AddOrUpdate(owner, 0, (_, held) => held - 1) == 0)
            _heldByOwner.TryRemove(KeyValuePair.Create(owner, 0));
    }
}

/// <summary>A poll that may be held.</summary>
/// <param name="Id">The process that it asks for.</param>
/// <param name="Longest">After this it is answered in any case.</param>
/// <param name="Earliest">Before this only a turn of the process answers it.</param>
/// <param name="Shown">What the poller shows.</param>
/// <param name="Announced">What the poller has announced.</param>
internal readonly record struct HeldPoll(ProcessId Id, TimeSpan Longest, TimeSpan Earliest, string Shown = "", string Announced = "");

/// <summary>Tells whether a live process differs from what a poller has seen: before the poll is due, in what a person should see at once.</summary>
internal delegate bool HasNews(HttpRequest request, HeldPoll poll, ProcessRecord record, bool isDue);
