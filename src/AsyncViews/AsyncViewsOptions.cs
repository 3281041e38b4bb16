using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;

namespace AsyncViews;

/// <summary>Every setting of AsyncViews with its default. Invalid values stop the application at startup.</summary>
public sealed class AsyncViewsOptions
{
    /// <summary>The number of processes that one node runs at once, from 1 to 100,000. The default is 10 per core.</summary>
    /// <remarks>
    /// Runs may block their threads. At startup, the thread pool's minimum is raised to 2 threads for each of them, at most
    /// 1,000, beside one per core, so that blocked runs do not delay requests.
    /// </remarks>
    [Range(1, 100_000)]
    public int MaxConcurrentRuns { get; set; } = 10 * Environment.ProcessorCount;

    /// <summary>
    /// The quotas: for each name, the number of processes that run at once on all nodes together, from 1 to 100,000. Pages and jobs
    /// come under one with <see cref="QuotaAttribute"/>. Names have 1 to 100 letters, digits, <c>-</c>, <c>_</c> or <c>.</c>
    /// All nodes should have the same. By default, there are none.
    /// </summary>
    public IDictionary<string, int> Quotas { get; } = new Dictionary<string, int>(StringComparer.Ordinal);

    /// <summary>
    /// The part that this node takes in a farm: <see cref="NodeRole.Web"/> leaves the processor to requests, and <see cref="NodeRole.Worker"/>
    /// leaves it to processes. Nothing runs where no node of a store is a worker. The default is <see cref="NodeRole.Both"/>.
    /// </summary>
    [EnumDataType(typeof(NodeRole))]
    public NodeRole Role { get; set; }

    /// <summary>The number of processes that may wait, from 1 to 100,000,000. Further submissions are answered with 503. The default is 10,000.</summary>
    [Range(1, 100_000_000)]
    public int MaxQueueLength { get; set; } = 10_000;

    /// <summary>The number of bytes of request content that may wait or are being received, at least 1. Further submissions are answered with 503. The default is 2 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxQueueBytes { get; set; } = 2L << 30;

    /// <summary>The number of live processes that one owner may have, from 1 to 1,000,000. Further submissions are answered with 429. The default is 5.</summary>
    [Range(1, 1_000_000)]
    public int MaxLiveProcessesPerOwner { get; set; } = 5;

    /// <summary>
    /// The number of live processes that people who are not signed in may have from one remote address together, from 0 to
    /// 1,000,000. Further submissions are answered with 429. IPv6 addresses count by their first 64 bits. The value 0 turns the
    /// limit off. An address that a proxy shows for everybody does not count: call UseForwardedHeaders behind one. The default is 100.
    /// </summary>
    [Range(0, 1_000_000)]
    public int MaxLiveProcessesPerAddress { get; set; } = 100;

    /// <summary>
    /// The free bytes that the store's disk must have. Below this, submissions are answered with 503, and a process whose result
    /// is larger than 64 KiB ends as Failed. The value 0 turns the check off. The default is 1 GiB.
    /// </summary>
    [Range(0, long.MaxValue)]
    public long MinFreeDiskBytes { get; set; } = 1L << 30;

    /// <summary>
    /// The bytes that are kept of all submissions, at least 1: rows of 2 KiB, bodies, what is captured of requests, and
    /// responses, until they are removed. Beyond it, submissions are answered with 503. Where people can sign in, the last fifth is for those who have. A greater value holds more results at
    /// once, and takes more of the disk, or of the memory with the in-memory store. The default is 16 GiB.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long MaxKeptBytes { get; set; } = 16L << 30;

    /// <summary>
    /// The bytes that are kept of one owner's submissions, at least 1. Whoever has as much is answered with 429, until results
    /// expire or are discarded. A smaller value leaves more for others, and sooner refuses somebody with large results. The
    /// default is 1 GiB.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long MaxKeptBytesPerOwner { get; set; } = 1L << 30;

    /// <summary>
    /// The bytes that are kept of the submissions of people who are not signed in from one remote address, at least 1. Further
    /// ones are answered with 429. The default is 1 GiB.
    /// </summary>
    [Range(1, long.MaxValue)]
    public long MaxKeptBytesPerAddress { get; set; } = 1L << 30;

    /// <summary>The largest response body that is kept, in bytes, 0 or more. A process that writes more ends as Failed. The default is 256 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long MaxResultBytes { get; set; } = 256L << 20;

    /// <summary>The largest message to a process, in bytes of JSON, from 1 to 1 MiB. A larger one is refused. The default is 64 KiB.</summary>
    [Range(1, 1 << 20)]
    public int MaxMessageBytes { get; set; } = 64 << 10;

    /// <summary>The number of unread messages that a process may have, from 1 to 100,000. Further ones are refused. The default is 1,000.</summary>
    [Range(1, 100_000)]
    public int MaxUnreadMessages { get; set; } = 1000;

    /// <summary>
    /// The time that a POST waits for its run to end, once it has started or was asked to stop. A run that ends in time leads
    /// straight to its result. It is at most 10 seconds, and 0 turns it off. The default is 300 milliseconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan FastEndWait { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// The longest time that the server holds a waiting page's poll until there is news. Over HTTP/1.1 it is never longer
    /// than the poll interval. It is at most 20 seconds, and 0 turns it off. The default is 20 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:20")]
    public TimeSpan PollHold { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The number of polls that a node holds at once, from 0 to 1,000,000. Further polls are answered immediately. The default is 1,000.</summary>
    [Range(0, 1_000_000)]
    public int MaxHeldPolls { get; set; } = 1000;

    /// <summary>The number of held polls that one owner may have, from 0 to 1,000,000. The default is 2.</summary>
    [Range(0, 1_000_000)]
    public int MaxHeldPollsPerOwner { get; set; } = 2;

    /// <summary>The time that a result can be fetched after its process has ended, from 1 second to 3,650 days. The default is 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan ResultRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The time that an expired process is still answered with 410 instead of 404, at most 3,650 days. The default is 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan TombstoneRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The interval at which expired processes are removed and processes that lost their worker are recovered, from 0.1 seconds to 1 hour. The default is 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// The time without a sign of life after which the run of another node is lost. Runs give six signs of life in that time.
    /// 1 second to 1 hour. The default is 60 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The time that a process may wait for a page or job that no node of this application knows, before it ends as Missed.
    /// 1 second to 3,650 days. The default is 24 hours, which leaves time to roll back a release.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan UnknownTypeTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// The path in the application to another htmx than the library's own (2.0.11), such as <c>~/lib/htmx/htmx.min.js</c>.
    /// Versions 2 and 4 work. It begins with <c>~/</c> or <c>/</c> and has no query. If your layout loads htmx itself, set this to
    /// that file. The library does not configure that htmx: only your own <c>htmx-config</c> does. The default is null: the library's own.
    /// </summary>
    public string? HtmxPath { get; set; }

    /// <summary>
    /// Returns the request's nonce under a Content Security Policy with nonces, without the prefix <c>nonce-</c>. The scripts
    /// and the style sheet of a page carry it. The default is null: they carry none.
    /// </summary>
    public Func<HttpContext, string?>? ScriptNonce { get; set; }

    /// <summary>
    /// The request headers that a run sees in addition to Content-Type, Accept, Accept-Language, User-Agent, Referer, Origin,
    /// X-Requested-With and those that the page binds with [FromHeader]. Authorization is never captured, and Cookie is refused.
    /// </summary>
    public IList<string> CapturedHeaders { get; } = [];

    /// <summary>The request cookies that a run sees in addition to those of TempData, culture and antiforgery.</summary>
    public IList<string> CapturedCookies { get; } = [];

    /// <summary>
    /// The cookie with which a browser without a signed-in user proves that it submitted a process. If MaxAge and Expiration
    /// are null, it lasts for the sum of <see cref="ResultRetention"/> and <see cref="TombstoneRetention"/> after the last
    /// submission. If SameSite is Unspecified, it is None if the antiforgery cookie's is and the request came over https,
    /// otherwise Lax. The default path is <c>/</c>. Any other path must be the base as the application's links write it;
    /// requests to the same base in different case are redirected there. Over https, the name gets the prefix
    /// <c>__Host-</c>, or <c>__Secure-</c> if there is a domain or another path. A submission's cookie also gets the suffix
    /// <c>.submitted</c>. The default name starts with <c>AsyncViews.Owner</c>; the rest stands for the application and its base.
    /// </summary>
    public CookieBuilder OwnerCookie
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new() { HttpOnly = true, IsEssential = true };

    /// <summary>
    /// Tells whether a POST to a page needs no antiforgery token if it carries no cookie, was authenticated by a scheme other than
    /// cookies (an API key, a bearer token) and does not come from a page of another origin. The default is false. A page with
    /// [IgnoreAntiforgeryToken] never needs one.
    /// </summary>
    public bool AllowTokenlessScripts { get; set; }

    /// <summary>
    /// The number of requests a minute that one operator, or one address, may send to the addresses for scripts below those of
    /// MapAsyncViewsAdmin, from 1 to 1,000,000. Further ones are answered with 429. The default is 600.
    /// </summary>
    [Range(1, 1_000_000)]
    public int AdminRequestsPerMinute { get; set; } = 600;

    /// <summary>
    /// The application's own load shedding, called before the body of a submission is read. Null admits the submission;
    /// anything else is the reason that the person reads on a 503 page.
    /// </summary>
    public Func<HttpContext, ValueTask<string?>>? AdmitAsync { get; set; }

    /// <summary>
    /// Returns the transaction of the request that its submission is stored in, so that the process exists exactly if the
    /// request's other data does; null for none. The store must be kept in the same database. Commit it before the response
    /// is sent, in <see cref="HttpResponse.OnStarting(Func{Task})"/>, and only if <see cref="ProcessTransaction.HoldsProcess"/>: a
    /// submission that is refused, or that repeats another, stores nothing. The default is null: every submission is stored at once.
    /// </summary>
    public Func<HttpContext, ProcessTransaction?>? SubmissionTransaction { get; set; }

    /// <summary>
    /// Returns whether the user in <see cref="HttpContext.User"/> is still valid. It is called before a process starts and
    /// whenever its status or result is read. With ASP.NET Core Identity, validate the security stamp here. The default trusts
    /// the captured claims until the run, and the authentication cookie afterwards.
    /// </summary>
    public Func<HttpContext, ValueTask<bool>>? RevalidateUserAsync { get; set; }

    /// <summary>Tells whether people can sign in at this application, so that a part of the queue and of the workers is kept for those who have.</summary>
    internal bool KeepsPartForUsers { get; set; }

    /// <summary>The number of runs of people who are not signed in that a node runs at once: where people can sign in, a quarter of the workers is not for them.</summary>
    internal int MaxAnonymousRuns => KeepsPartForUsers && MaxConcurrentRuns > 1 ? MaxConcurrentRuns - Math.Max(1, MaxConcurrentRuns / 4) : MaxConcurrentRuns;
}
