using System.Collections.Concurrent;
using AsyncViews.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AsyncViews.Progress;

/// <summary>
/// Holds a poll back until there is something to say, so that a result is on the screen when it is there and not at the
/// next poll. A held poll costs no more requests than polling: what is no turn of the process waits for the poll interval.
/// </summary>
internal sealed class HeldPolls(
    LiveProcesses live, Watches watches, IOptions<AsyncViewsOptions> options, TimeProvider time, IHostApplicationLifetime host)
{
    /// <summary>
    /// Of the poll interval over HTTP/1.1: browsers open six connections a host, and a poll that is held into the next one's
    /// turn would skip it.
    /// </summary>
    private const double ShareOfInterval = 0.9;

    /// <summary>How often a process that does not run on this node is looked at.</summary>
    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, int> _heldByOwner = new();
    private int _held;

    /// <summary>How many polls are held now.</summary>
    public int Count => Volatile.Read(ref _held);

    /// <summary>Returns when there is something new, or it is time to answer that there is nothing.</summary>
    /// <param name="poll">Whose poll it is, and how long it may take.</param>
    /// <param name="hasNews">Whether the process differs from what the poller has seen.</param>
    /// <param name="hasTurned">Whether it differs in what a person should see at once.</param>
    /// <param name="cancellationToken">Signalled when the poller has gone.</param>
    /// <returns>False where it was not held, since enough others are.</returns>
    public async Task<bool> HoldAsync(
        HeldPoll poll, Func<ProcessRecord, bool> hasNews, Func<ProcessRecord, bool> hasTurned, CancellationToken cancellationToken)
    {
        if (!TryEnter(poll.Owner))
            return false;

        try
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
            await WaitAsync(poll, hasNews, hasTurned, stop.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The application stops: everybody gets an answer, and asks its successor next.
        }
        finally
        {
            Leave(poll.Owner);
        }

        return true;
    }

    /// <summary>How long a browser's poll may be held.</summary>
    public TimeSpan LongestFor(HttpRequest request, TimeSpan pollInterval)
    {
        var longest = options.Value.PollHold;
        var shares = HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol);
        return shares || longest < pollInterval * ShareOfInterval ? longest : pollInterval * ShareOfInterval;
    }

    private async Task WaitAsync(HeldPoll poll, Func<ProcessRecord, bool> hasNews, Func<ProcessRecord, bool> hasTurned, CancellationToken stop)
    {
        using var watch = watches.Begin(poll.Id);
        var began = time.GetTimestamp();
        while (true)
        {
            // Taken before the process is looked at, so that nothing is missed in between.
            var (changed, turned) = (watch.Changed, watch.Turned);
            var waited = time.GetElapsedTime(began);
            var isDue = waited >= poll.Earliest;
            if (await live.ReadAsync(poll.Id, stop) is not { } record
                || record.State.IsEnded() || hasTurned(record) || (isDue && hasNews(record)) || waited >= poll.Longest)
                return;

            var next = isDue || poll.Earliest > poll.Longest ? poll.Longest : poll.Earliest;
            var wait = live.Find(poll.Id) is null && next - waited > ReadInterval ? ReadInterval : next - waited;
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
            await Task.WhenAny(isDue ? changed : turned, Task.Delay(wait, time, timer.Token));
            await timer.CancelAsync();
            stop.ThrowIfCancellationRequested();
        }
    }

    private bool TryEnter(string owner)
    {
        if (Interlocked.Increment(ref _held) <= options.Value.MaxHeldPolls
            && _heldByOwner.AddOrUpdate(owner, 1, (_, held) => held + 1) is var ofOwner)
        {
            if (ofOwner <= options.Value.MaxHeldPollsPerOwner)
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
/// <param name="Owner">Whose process it is.</param>
/// <param name="Longest">After this it is answered in any case.</param>
/// <param name="Earliest">Before this only a turn of the process answers it.</param>
internal readonly record struct HeldPoll(ProcessId Id, string Owner, TimeSpan Longest, TimeSpan Earliest);
