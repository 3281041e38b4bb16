using System.Net;
using AngleSharp.Html.Dom;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Management;

/// <summary>A site with the operator's pages, where some may look and fewer may act, and whose pages fail or wait as a test wants.</summary>
internal static class AdminSite
{
    public const string Path = "/processes-admin";

    public static Task<Site> StartAsync(Run? run = null, Func<string, ProcessContext, CancellationToken, Task<object?>>? job = null, Action<SiteSetup>? configure = null) => JobSite.StartAsync(job, setup =>
    {
        setup.Run = run;
        setup.Endpoints = app => app.MapAsyncViewsAdmin();
        configure?.Invoke(setup);
        var others = setup.Services;
        setup.Services = services =>
        {
            services.AddAuthorizationBuilder()
                .AddPolicy(AsyncViewsPolicies.View, policy => policy.RequireAssertion(context => context.User.Identity?.Name is "viewer" or "manager"))
                .AddPolicy(AsyncViewsPolicies.Manage, policy => policy.RequireAssertion(context => context.User.Identity?.Name is "manager"));
            others?.Invoke(services);
        };
    });

    /// <summary>A browser that this person has signed in with.</summary>
    public static async Task<Browser> BrowseAsAsync(this Site site, string name)
    {
        var browser = site.Browse();
        await browser.SignInAsync(name);
        return browser;
    }

    public static string PathOf(ProcessId id) => $"{Path}/processes/{id}";

    /// <summary>Does something to a process, or to several, as the buttons of the pages do. Returns the page that the operator is led to.</summary>
    public static async Task<IHtmlDocument> ActAsync(this Browser manager, string address, params (string Name, string Value)[] fields)
    {
        var token = await manager.TokenFieldAsync(Path);
        var posted = await manager.PostAsync(address, Browser.Form([.. fields, token]));
        posted.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return await manager.OpenAsync(posted.Response.Headers.Location!.OriginalString);
    }

    public static string[] Audited(this Site site) => [.. site.Log.Entries.Where(entry => entry.Category == "AsyncViews.Audit").Select(entry => entry.Message)];

    public static string[] ListedNames(this IHtmlDocument page) => [.. page.QuerySelectorAll(".av-list tbody th").Select(cell => cell.TextContent.Trim())];
}
