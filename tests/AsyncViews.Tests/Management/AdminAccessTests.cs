using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Management;

/// <summary>Nobody is let in whom the application's policies do not name, and nothing is there without the line that maps it.</summary>
public sealed class AdminAccessTests
{
    private static readonly string[] Pages = ["", "/processes", "/processes/{id}", "/nodes"];

    private static readonly string[] Questions = ["/processes/{id}/cancel", "/processes/{id}/remove", "/processes/all/cancel", "/nodes/drain?node=x"];

    private static readonly string[] Actions =
    [
        "/processes/{id}/cancel", "/processes/{id}/run-now", "/processes/{id}/send-again", "/processes/{id}/remove", "/processes/all/remove", "/nodes/drain", "/self-test",
    ];

    [Theory]
    [InlineData(AsyncViewsPolicies.View)]
    [InlineData(AsyncViewsPolicies.Manage)]
    public async Task Map_WithoutOneOfThePolicies_SaysHowToDefineIt(string missing)
    {
        var exception = await Should.ThrowAsync<InvalidOperationException>(() => Site.StartAsync(setup =>
        {
            setup.Services = services => services.AddAuthorizationBuilder()
                .AddPolicy(missing == AsyncViewsPolicies.View ? AsyncViewsPolicies.Manage : AsyncViewsPolicies.View, policy => policy.RequireAuthenticatedUser());
            setup.Endpoints = app => app.MapAsyncViewsAdmin();
        }));

        exception.Message.ShouldContain($"'{missing}'");
        exception.Message.ShouldContain($"AddPolicy(\"{missing}\"");
    }

    /// <summary>As in an application that is nothing but the operator's pages.</summary>
    [Fact]
    public async Task Map_AtTheRoot_LeadsToItsOwnPages()
    {
        await using var site = await AdminSite.StartAsync(configure: setup => setup.Endpoints = app => app.MapAsyncViewsAdmin("/"));
        using var manager = await site.BrowseAsAsync("manager");

        var nodes = await manager.OpenAsync("/nodes");
        nodes.QuerySelectorAll(".av-admin a").Select(link => link.GetAttribute("href")).ShouldContain("/");
        (await manager.OpenAsync("/")).QuerySelector("#av-notice").ShouldNotBeNull().GetAttribute("data-av-address").ShouldBe("/");
        using var test = await manager.GetAsync("/self-test");
        test.Header("Location").ShouldBe("/");
    }

    [Fact]
    public async Task Map_AtAPatternWithParameters_SaysThatItMustHaveNone()
    {
        var exception = await Should.ThrowAsync<ArgumentException>(() => Site.StartAsync(setup => setup.Endpoints = app => app.MapAsyncViewsAdmin("/{tenant}/admin")));

        exception.Message.ShouldContain("must not have route parameters");
    }

    [Fact]
    public async Task Pages_AreThereForThosePeopleOnlyWhoMeetThePolicies()
    {
        await using var site = await AdminSite.StartAsync((_, _, _) => throw new InvalidOperationException("broken"));
        using var owner = await site.BrowseAsAsync("owner");
        var failed = await owner.SubmitAsync("/Work");
        await failed.EndAsync();
        using var anonymous = site.Browse();
        using var viewer = await site.BrowseAsAsync("viewer");
        using var manager = await site.BrowseAsAsync("manager");

        foreach (var page in Pages.Select(AddressOf))
        {
            await ShouldBeRefusedAsync(anonymous, page, "/Account/Login");
            await ShouldBeRefusedAsync(owner, page, "/Account/AccessDenied");
            using var seen = await viewer.GetAsync(page);
            seen.StatusCode.ShouldBe(HttpStatusCode.OK, page);
            seen.ShouldBePrivate();
            var document = Browser.Parse(await seen.Content.ReadAsStringAsync());
            document.QuerySelectorAll("form[method=post], a[data-av-discard]").ShouldBeEmpty($"{page} offers somebody what they may not do");
            (await manager.OpenAsync(page)).QuerySelectorAll(".av-note[role=alert]").ShouldBeEmpty();
        }

        foreach (var question in Questions.Select(AddressOf))
        {
            await ShouldBeRefusedAsync(anonymous, question, "/Account/Login");
            await ShouldBeRefusedAsync(owner, question, "/Account/AccessDenied");
            await ShouldBeRefusedAsync(viewer, question, "/Account/AccessDenied");
        }

        foreach (var action in Actions.Select(AddressOf))
        {
            var token = await owner.TokenFieldAsync("/Work");
            await ShouldBeRefusedAsync(await anonymous.PostAsync(action, Browser.Form()), "/Account/Login");
            await ShouldBeRefusedAsync(await owner.PostAsync(action, Browser.Form(token)), "/Account/AccessDenied");
            await ShouldBeRefusedAsync(await viewer.PostAsync(action, Browser.Form(await viewer.TokenFieldAsync("/Work"))), "/Account/AccessDenied");
            using var forged = (await manager.PostAsync(action, Browser.Form())).Response;
            forged.StatusCode.ShouldBe(HttpStatusCode.BadRequest, action);
        }

        (await site.Processes.GetStatusAsync(failed.Id))!.IsGone.ShouldBeFalse();
        (await site.Processes.ListAllAsync()).Count.ShouldBe(1);
        site.Audited().ShouldBeEmpty();

        // The owners' own pages stay theirs, whoever else may see the operator's.
        using var foreign = await manager.GetAsync(failed.Result);
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);

        string AddressOf(string page) => AdminSite.Path + page.Replace("{id}", failed.Id.ToString());
    }

    [Fact]
    public async Task Pages_WithoutTheLine_AreNotThere()
    {
        await using var site = await AdminSite.StartAsync(configure: setup => setup.Endpoints = null);
        using var manager = await site.BrowseAsAsync("manager");

        foreach (var page in Pages.Concat(Questions))
        {
            using var answer = await manager.GetAsync(AdminSite.Path + page);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        }
    }

    private static async Task ShouldBeRefusedAsync(Browser browser, string page, string where)
    {
        using var answer = await browser.GetAsync(page);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found, page);
        answer.Headers.Location!.OriginalString.ShouldContain(where);
    }

    private static Task ShouldBeRefusedAsync(Submitted posted, string where)
    {
        posted.StatusCode.ShouldBe(HttpStatusCode.Found);
        posted.Response.Headers.Location!.OriginalString.ShouldContain(where);
        return Task.CompletedTask;
    }
}
