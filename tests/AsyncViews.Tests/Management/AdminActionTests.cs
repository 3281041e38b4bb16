using System.Net;
using AngleSharp.Dom;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using AsyncViews.Views;

namespace AsyncViews.Tests.Management;

/// <summary>The operator's buttons: where they are, where they lead, and what is noted of them.</summary>
public sealed class AdminActionTests
{
    private static readonly DateTimeOffset Far = DateTimeOffset.UnixEpoch.AddYears(1000);

    /// <summary>A removal cancels first.</summary>
    [Fact]
    public async Task Action_ThatTheStoreBreaksOff_IsNotedAsUnknown()
    {
        await using var site = await AdminSite.StartAsync(configure: setup => setup.Services = CountingStore.Install);
        var id = await site.Jobs().ScheduleAsync(new Errand(1), new ScheduleOptions { NotBefore = Far });
        var node = (await site.Services.GetRequiredService<INodeManager>().ListAsync())[0].Name;
        using var manager = await site.BrowseAsAsync("manager");
        var token = await manager.TokenFieldAsync(AdminSite.Path);

        CountingStore.Of(site).Fails = nameof(IProcessStore.RemoveAsync);
        (await manager.PostAsync($"{AdminSite.PathOf(id)}/remove", Browser.Form(token))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        CountingStore.Of(site).Fails = nameof(IProcessStore.RequestDrainAsync);
        (await manager.PostAsync($"{AdminSite.Path}/nodes/drain?node={node}", Browser.Form(token))).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        (await site.Processes.GetStatusAsync(id))!.State.ShouldBe(ProcessState.Canceled);
        var audited = site.Audited();
        audited.Length.ShouldBe(2);
        audited[0].ShouldStartWith($"manager id-manager asked to remove {id} at ");
        audited[1].ShouldStartWith($"manager id-manager asked to drain {node} at ");
        audited.ShouldAllBe(entry => entry.EndsWith(": Unknown."));
    }

    /// <summary>Tells what was not tried apart from what is not possible, and keeps it in view.</summary>
    [Fact]
    public async Task ActionOnAll_ThatTheStoreBreaksOff_SaysHowFarItCame()
    {
        await using var site = await AdminSite.StartAsync(configure: setup => setup.Services = CountingStore.Install);
        for (var number = 0; number < 5; number++)
            await site.Jobs().ScheduleAsync(new Errand(number), new ScheduleOptions { NotBefore = Far });
        using var manager = await site.BrowseAsAsync("manager");
        var list = await manager.OpenAsync($"{AdminSite.Path}/processes?state=Scheduled");
        var question = await manager.OpenAsync(list.QuerySelector("#av-all-cancel").ShouldNotBeNull().GetAttribute("href")!);

        (CountingStore.Of(site).Fails, CountingStore.Of(site).FailsAfter) = (nameof(IProcessStore.RequestCancelAsync), 2);
        var stopped = await manager.ActAsync(question.QuerySelector(".av-question form").ShouldNotBeNull().GetAttribute("action")!);

        stopped.QuerySelector(".av-note").ShouldNotBeNull().TextContent.ShouldBe("Done: 2. Not possible: 0. The server cannot store anything at the moment.");
        stopped.ListedNames().Length.ShouldBe(3);
    }

    /// <summary>Whoever had to sign in for an action comes to its address with GET.</summary>
    [Fact]
    public async Task AddressOfAnAction_OpenedInsteadOfPosted_AsksAgainOrShowsTheOverview()
    {
        await using var site = await AdminSite.StartAsync();
        using var manager = await site.BrowseAsAsync("manager");
        var ask = (await manager.OpenAsync($"{AdminSite.Path}/nodes")).QuerySelector("#av-drain-1").ShouldNotBeNull().GetAttribute("href")!;

        var posted = (await manager.OpenAsync(ask)).QuerySelector(".av-question form").ShouldNotBeNull().GetAttribute("action")!;
        (await manager.OpenAsync(posted)).QuerySelector(".av-question form").ShouldNotBeNull().GetAttribute("action").ShouldBe(posted);

        using var test = await manager.GetAsync($"{AdminSite.Path}/self-test");
        test.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        test.Header("Location").ShouldBe(AdminSite.Path);
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Buttons_UnderAPolicyThatLooksAtTheRequest_AreThere()
    {
        await using var site = await AdminSite.StartAsync(configure: setup => setup.Services = services => services.AddAuthorizationBuilder()
            .AddPolicy(AsyncViewsPolicies.Manage, policy => policy.RequireAssertion(context => context.Resource is HttpContext { Request.Path.HasValue: true })));
        using var viewer = await site.BrowseAsAsync("viewer");

        (await viewer.OpenAsync(AdminSite.Path)).QuerySelector("form[action$='/self-test']").ShouldNotBeNull();
    }

    [Fact]
    public void Buttons_OfAProcess_AreThoseThatWork()
    {
        foreach (var state in Enum.GetValues<ProcessState>())
            In(state).CanSendAgain.ShouldBe(state is ProcessState.Failed or ProcessState.Interrupted, state.ToString());
        In(ProcessState.Failed, isGone: true).CanSendAgain.ShouldBeFalse();
        In(ProcessState.Scheduled).CanRunNow.ShouldBeTrue();
        In(ProcessState.Scheduled, waitsFor: 1).CanRunNow.ShouldBeFalse("only the end of the others lets it start");

        static AdminProcessViewModel In(ProcessState state, bool isGone = false, int waitsFor = 0) => new()
        {
            Status = new ProcessStatus { Id = ProcessId.New(), Type = ProcessType.OfJob("x"), State = state, Version = 1, CreatedAt = Far, IsGone = isGone, WaitsFor = waitsFor },
            Failures = [],
        };
    }

    [Fact]
    public async Task PartsThatPollsReplace_SayWhenTheServerIsAwayAndKeepTheKeyboardsPlace()
    {
        var attempts = 0;
        await using var site = await AdminSite.StartAsync(
            (_, _, _) => throw new InvalidOperationException("broken"),
            (_, _, _) => throw new InvalidOperationException($"broken {++attempts}"),
            setup => setup.Services = services => services.AddAsyncViews().AddRecurring("nightly", "0 3 * * *", new Order("nightly")).AddRecurring("daily", "0 4 * * *", new Order("daily")));
        using var owner = await site.BrowseAsAsync("alice");
        await (await owner.SubmitAsync("/Work")).EndAsync();
        var retried = await site.Jobs().ScheduleAsync(new Errand(1), new ScheduleOptions { Metadata = new Dictionary<string, string> { ["shop"] = "7", ["shelf"] = "8" } });
        await Eventually.BeTrueAsync(async () => (await site.Processes.GetFailuresAsync(retried)).Count > 0, "a failed attempt");
        await Eventually.BeTrueAsync(async () => (await site.Processes.ListAllAsync(new ProcessQuery { State = ProcessState.Scheduled })).Count >= 3, "the next starts");
        using var manager = await site.BrowseAsAsync("manager");

        ShouldFindThemAgain(await manager.OpenAsync(AdminSite.Path), "#av-poll-overview", AdminSite.Path);
        ShouldFindThemAgain(await manager.OpenAsync(AdminSite.PathOf(retried)), "#av-poll-process", AdminSite.PathOf(retried));

        static void ShouldFindThemAgain(IParentNode page, string selector, string address)
        {
            page.QuerySelector("#av-notice").ShouldNotBeNull().GetAttribute("data-av-address").ShouldBe(address);
            var part = page.QuerySelector(selector).ShouldNotBeNull();
            part.GetAttribute("data-hx-trigger").ShouldNotBeNull().ShouldContain($"{part.GetAttribute("data-av-interval").ShouldNotBeNull()}ms");
            var ids = part.QuerySelectorAll("a, button, summary").Select(element => element.Id ?? "").ToArray();
            ids.Length.ShouldBeGreaterThan(5);
            ids.ShouldAllBe(id => System.Text.RegularExpressions.Regex.IsMatch(id, "^[A-Za-z][A-Za-z0-9-]*$"));
            ids.ShouldBeUnique();
        }
    }
}
