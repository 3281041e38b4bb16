using System.Threading.RateLimiting;
using AsyncViews.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace AsyncViews.Management.Admin;

/// <summary>Limits how often one operator, or one address, may call the addresses for scripts.</summary>
internal sealed class RestLimit(IOptions<AsyncViewsOptions> options) : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly PartitionedRateLimiter<HttpContext> _limiter = PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetFixedWindowLimiter(
        Owner.OfUser(context.User) ?? context.Connection.RemoteIpAddress?.ToString() ?? "",
        _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.AdminRequestsPerMinute, Window = Window }));

    public bool Admit(HttpContext context)
    {
        using var lease = _limiter.AttemptAcquire(context);
        if (!lease.IsAcquired)
            context.Response.Headers.RetryAfter = "60";
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();
}
