using System.Security.Claims;
using AsyncViews.Diagnostics;
using Microsoft.Extensions.Logging;

namespace AsyncViews.Management.Admin;

/// <summary>Notes who did what to somebody's process, and when. Its log category is its own, so that an application can keep it apart.</summary>
internal sealed class AuditLog(ILoggerFactory loggers, TimeProvider time)
{
    /// <summary>The category.</summary>
    public const string Category = "AsyncViews.Audit";

    /// <summary>The outcome of an action that was broken off: some of it may be done.</summary>
    public const string Unknown = "Unknown";

    private readonly ILogger _logger = loggers.CreateLogger(Category);

    /// <param name="user">The operator.</param>
    /// <param name="action">The action.</param>
    /// <param name="target">The process or the node.</param>
    /// <param name="outcome">What it has come to.</param>
    public void Note(ClaimsPrincipal user, string action, string target, string outcome) => Log.Audited(_logger, NameOf(user), action, target, outcome, time.GetUtcNow());

    private static string NameOf(ClaimsPrincipal user) =>
        string.Join(' ', new[] { user.Identity?.Name, user.FindFirst(ClaimTypes.NameIdentifier)?.Value ?? user.FindFirst("sub")?.Value }.Where(part => !string.IsNullOrEmpty(part)).Distinct());
}
