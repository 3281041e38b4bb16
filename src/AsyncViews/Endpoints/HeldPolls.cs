using System.Collections.Concurrent;
using System.Globalization;
using AsyncViews.Http;
using AsyncViews.Progress;
using AsyncViews.Storage;
using AsyncViews.Views;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace AsyncViews.Endpoints;

/// <summary>
/// Holds a poll back until there is something to say, so that a result is on the screen when it is there and not at the
/// next poll. A held poll costs no more requests than polling: what is no turn of the process waits for the poll interval.
/// </summary>
/// <remarks>Ten thousand may be held at once: what one of them keeps while it waits is counted in bytes.</remarks>
internal sealed class HeldPolls
{
    /// <summary>
    /// Of the poll interval over HTTP/1.1: browsers open six connections a host, and a poll that is held into the next one's
    /// turn would skip it.
    /// </summary>
    private const double ShareOfInterval = 0.9;

    /// <summary>How often a process that does not run on this node is looked at.</summary>
    private static readonly TimeSpan ReadInterval = TimeSpan.FromSeconds(1);

    private readonly LiveProcesses _live;
    private readonly Watches _watches;
    private readonly ProcessPageBuilder _pages;
    private readonly AsyncViewsOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationToken _stopping;
    private readonly ConcurrentDictionary<string, int> _heldByOwner = new();
    private int _held;

    public HeldPolls(
        LiveProcesses live, Watches watches, ProcessPageBuilder pages, IOptions<AsyncViewsOptions> options, TimeProvider time, IHostApplicationLifetime host)
    {
        _live = live;
        _watches = watches;
        _pages = pages;
        _options = options.Value;
        _time = time;
        _stopping = host.ApplicationStopping;

        // Everybody gets an answer, and asks the successor next.
        _stopping.Register(watches.WakeAll);
    }

    /// <summary>How many polls are held now.</summary>
    public int Count => Volatile.Read(ref _held);

    /// <summary>How a poll may be held; null where it is answered at once.</summary>
    public HeldPoll? Of(HttpRequest request, ProcessPage page)
    {
        var isPage = CompletedEndpoint.IsPagePoll(request);
        var longest = LongestFor(request, isPage ? page.PollInterval : TimeSpan.MaxValue);
        if (Prefer.WaitOf(request) is { } preferred)
            longest = preferred < longest ? preferred : longest;
        else if (!isPage)
            return null;

        // A script that has another status is behind.
        if (page.Status!.IsEnded || longest <= TimeSpan.Zero || (!isPage && request.Headers.IfNoneMatch.Count > 0 && !StatusTag.IsKnown(request, page)))
            return null;

        // Pages that come straight back are answered at their interval; those that wait for theirs, and scripts, at once.
        var comesBack = isPage && longest > page.PollInterval;
        return new HeldPoll(
            page.Status.Id,
            longest,
            comesBack ? page.PollInterval : TimeSpan.Zero,
            isPage ? request.QueryString.Value ?? "" : page.PollState,
            isPage ? request.Query["m"].ToString() : page.Announcement,
            AppliesPreference: comesBack || !isPage);
    }

    /// <summary>Waits for the end of a process that was submitted, as long as its client would, and tells whether it has come.</summary>
    public async Task<bool> HasEndedAsync(HttpContext context, ProcessId id, TimeSpan preferred)
    {
        var longest = preferred < _options.PollHold ? preferred : _options.PollHold;
        try
        {
            if (longest > TimeSpan.Zero)
                await HoldAsync(context, new HeldPoll(id, longest, longest, "", Announced: null, AppliesPreference: true));
            return (await _live.ReadAsync(id, context.RequestAborted))?.State.IsEnded() == true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>
    /// Returns when there is something new, or it is time to answer that there is nothing; at once where enough others are
    /// held. Whoever asks must be looked at again afterwards.
    /// </summary>
    public async Task HoldAsync(HttpContext context, HeldPoll poll)
    {
        if ((await _live.ReadAsync(poll.Id, context.RequestAborted))?.Owner is not { } owner || !TryEnter(owner))
            return;

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
                if (_stopping.IsCancellationRequested || waited >= poll.Longest || HasNews(await _live.ReadAsync(poll.Id, context.RequestAborted), context.Request, poll, isDue))
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
        if (poll.AppliesPreference)
            Prefer.ApplyWait(context.Response, poll.Longest);
    }

    /// <summary>Returns whether the process differs from what the poller has seen: before the poll is due, in what a person should see at once.</summary>
    private bool HasNews(ProcessRecord? record, HttpRequest request, HeldPoll poll, bool isDue)
    {
        if (record is null || record.State.IsEnded())
            return true;

        if (poll.Announced is null)
            return false;

        var page = _pages.Build(request, record);
        return page.Announcement != poll.Announced || (isDue && !page.IsShown(poll.Shown));
    }

    /// <summary>How long a browser's poll may be held.</summary>
    private TimeSpan LongestFor(HttpRequest request, TimeSpan pollInterval)
    {
        var longest = _options.PollHold;
        var shares = HttpProtocol.IsHttp2(request.Protocol) || HttpProtocol.IsHttp3(request.Protocol);
        return shares || longest < pollInterval * ShareOfInterval ? longest : pollInterval * ShareOfInterval;
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
/// <param name="Shown">What the poller shows, as <see cref="ProcessPage.PollState"/> at its end.</param>
/// <param name="Announced">What the poller has announced, as <see cref="ProcessPage.Announcement"/>; null where only the end is news.</param>
/// <param name="AppliesPreference">Whether the answer says how long it may have been held, so that the poller comes straight back.</param>
internal readonly record struct HeldPoll(ProcessId Id, TimeSpan Longest, TimeSpan Earliest, string Shown, string? Announced, bool AppliesPreference);
