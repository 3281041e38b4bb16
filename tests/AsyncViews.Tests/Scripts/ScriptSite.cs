using System.Collections.Concurrent;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.Extensions;

namespace AsyncViews.Tests.Scripts;

/// <summary>A site whose people have cookies and whose scripts have keys. Its reports succeed, succeed after a poll, fail or run until they are canceled, by their month, and set a cookie.</summary>
internal sealed class ScriptSite : IAsyncDisposable
{
    public const string Key = "robot";

    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<ProcessId> _runs = new();

    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly TaskCompletionSource _polled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ScriptSite()
    {
    }

    public Site Site { get; private set; } = null!;

    /// <summary>Every request and the status of its answer, such as <c>GET /Report?… 200</c>.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>The processes that have begun to run.</summary>
    public IReadOnlyCollection<ProcessId> Runs => _runs;

    /// <summary>Ends when a process has begun to run.</summary>
    public Task Started => _started.Task;

    public static async Task<ScriptSite> StartAsync(bool allowsTokenless = true, Action<SiteSetup>? configure = null)
    {
        var site = new ScriptSite();
        site.Site = await Site.StartAsync(setup =>
        {
            setup.Run = async (page, process, token) =>
            {
                var month = page.Request.Form["Month"].ToString();
                site._runs.Enqueue(process.Id);
                site._started.TrySetResult();
                page.Response.Cookies.Append("month", month);
                if (month == "April")
                    await site._polled.Task.WaitAsync(token);
                if (month == "June")
                    throw new InvalidOperationException("There is no June.");
                if (month == "July")
                    await Task.Delay(Timeout.Infinite, token);
                return page.Content($"Report of {month}");
            };
            setup.Options = options => (options.AllowTokenlessScripts, options.PollHold) = (allowsTokenless, TimeSpan.FromSeconds(20));
            setup.Services = AddApiKeys;
            setup.Middleware = app => app.Use(site.NoteAsync);
            configure?.Invoke(setup);
        });
        return site;
    }

    public ValueTask DisposeAsync() => Site.DisposeAsync();

    /// <summary>The scheme is chosen by what the request brings.</summary>
    public static void AddApiKeys(IServiceCollection services)
    {
        services.AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddPolicyScheme("Either", null, policy => policy.ForwardDefaultSelector = context =>
                context.Request.Headers.ContainsKey(ApiKeyHandler.Header) ? ApiKeyHandler.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme);
        services.Configure<AuthenticationOptions>(options => options.DefaultAuthenticateScheme = "Either");
    }

    private async Task NoteAsync(HttpContext context, RequestDelegate next)
    {
        var request = $"{context.Request.Method} {context.Request.GetEncodedPathAndQuery()}";
        try
        {
            await next(context);
        }
        finally
        {
            _requests.Enqueue($"{request} {context.Response.StatusCode}");
            if (request.Contains("handler=completed"))
                _polled.TrySetResult();
        }
    }
}
