using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http;

namespace AsyncViews;

/// <summary>Every setting of AsyncViews with its default. Invalid values stop the application at start.</summary>
public sealed class AsyncViewsOptions
{
    /// <summary>How many processes one node runs at once: 1 to 100,000. The default is 10 for each core.</summary>
    [Range(1, 100_000)]
    public int MaxConcurrentRuns { get; set; } = 10 * Environment.ProcessorCount;

    /// <summary>How many processes may wait; further submissions are answered 503. 1 to 100,000,000. The default is 10,000.</summary>
    [Range(1, 100_000_000)]
    public int MaxQueueLength { get; set; } = 10_000;

    /// <summary>How many bytes of request content may wait; further submissions are answered 503. The default is 2 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxQueueBytes { get; set; } = 2L << 30;

    /// <summary>How many live processes one owner may have; further submissions are answered 429. 1 to 1,000,000. The default is 5.</summary>
    [Range(1, 1_000_000)]
    public int MaxLiveProcessesPerOwner { get; set; } = 5;

    /// <summary>Submissions are answered 503 while the store's disk has fewer free bytes. 0 turns the check off. The default is 1 GiB.</summary>
    [Range(0, long.MaxValue)]
    public long MinFreeDiskBytes { get; set; } = 1L << 30;

    /// <summary>The largest response body kept, in bytes; a process that writes more has Failed. The default is 256 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long MaxResultBytes { get; set; } = 256L << 20;

    /// <summary>
    /// How long a POST waits for the end of its run, once that has started: one that ends in time leads straight to its
    /// result. 0 to 10 seconds, 0 turns it off. The default is 300 milliseconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan FastEndWait { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// How long a waiting page's poll is held back until there is something to say; over HTTP/1.1 never longer than the
    /// poll interval. 0 to 20 seconds, 0 turns it off. The default is 20 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:20")]
    public TimeSpan PollHold { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How many polls a node holds back at once; more are answered as they come. 0 to 1,000,000. The default is 1,000.</summary>
    [Range(0, 1_000_000)]
    public int MaxHeldPolls { get; set; } = 1000;

    /// <summary>How many of them may be one owner's. 0 to 1,000,000. The default is 2.</summary>
    [Range(0, 1_000_000)]
    public int MaxHeldPollsPerOwner { get; set; } = 2;

    /// <summary>How long a result can be fetched after its end. The default is 24 hours.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan ResultRetention { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How long an expired process is still answered with 410 instead of 404. The default is 7 days.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan TombstoneRetention { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often what has expired is removed and what lost its worker is handed over again. The default is 15 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a process may wait for a page or job that no node of this application knows before it ends as Missed. The
    /// default is 24 hours: enough for a release that is rolled back.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")]
    public TimeSpan UnknownTypeTimeout { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Another htmx than the library's own (2.0.11), as a path of the application: <c>~/lib/htmx/htmx.min.js</c>. Versions 2 and 4
    /// work. The default is null: the library's own.
    /// </summary>
    public string? HtmxPath { get; set; }

    /// <summary>
    /// The nonce of a request under a Content Security Policy with nonces, for the scripts and the style sheet that a page
    /// loads: the value without <c>nonce-</c>. The default is null: the elements carry none.
    /// </summary>
    public Func<HttpContext, string?>? ScriptNonce { get; set; }

    /// <summary>
    /// Request headers that a run sees besides Content-Type, Accept, Accept-Language, User-Agent, Referer, Origin,
    /// X-Requested-With and those that the page binds with [FromHeader]. Authorization is never captured.
    /// </summary>
    public IList<string> CapturedHeaders { get; } = [];

    /// <summary>Request cookies that a run sees besides those of TempData, culture and antiforgery.</summary>
    public IList<string> CapturedCookies { get; } = [];

    /// <summary>
    /// The cookie by which a browser that nobody has signed in with proves that it submitted a process. Where MaxAge and
    /// Expiration are null, it lasts for <see cref="ResultRetention"/> and <see cref="TombstoneRetention"/> together, from
    /// the last submission on. Where SameSite is Unspecified, it is None where antiforgery's cookie is and the request came
    /// over https, else Lax. The default path is <c>/</c>; with a path, which must be the base as the application's links
    /// write it, requests to the same base in other letters are redirected there. Over https, the name gets the prefix
    /// <c>__Host-</c>, or <c>__Secure-</c> where there is a domain or another path; a submission's cookie also gets the suffix
    /// <c>.submitted</c>. The default name starts with <c>AsyncViews.Owner</c>; the rest stands for the application and its base.
    /// </summary>
    public CookieBuilder OwnerCookie
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new() { HttpOnly = true, IsEssential = true };

    /// <summary>
    /// The application's own load shedding, asked before the body of a submission is read: null admits it, anything
    /// else is the reason that the person reads on a 503 page.
    /// </summary>
    public Func<HttpContext, ValueTask<string?>>? AdmitAsync { get; set; }

    /// <summary>
    /// Whether the user in <see cref="HttpContext.User"/> is still one: asked before a process starts and whenever its
    /// status or result is read. With ASP.NET Core Identity, validate the security stamp here. The default trusts the
    /// captured claims until the run and the authentication cookie afterwards.
    /// </summary>
    public Func<HttpContext, ValueTask<bool>>? RevalidateUserAsync { get; set; }
}
