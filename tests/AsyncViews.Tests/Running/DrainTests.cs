using System.Net;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Running;

/// <summary>Nodes that take no more processes, and nodes that only do one part of the work.</summary>
public class DrainTests
{
    [Fact]
    public async Task Drain_OfTheNode_LetsItsRunsEndAndStartsNothingMore()
    {
        await using var run = await HeldRun.StartAsync();
        var nodes = run.Site.Services.GetRequiredService<INodeManager>();

        var draining = await nodes.DrainAsync(run.Site.Services.GetRequiredService<Node>().Name);

        draining.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            node => node.IsDraining.ShouldBeTrue(),
            node => node.Running.ShouldBe(1),
            node => node.IsDrained.ShouldBeFalse());
        var later = await run.Browser.SubmitAsync("/Work", ("Text", "later"));
        run.Gate.Open();
        (await run.Submitted.EndAsync()).ShouldBe("succeeded");
        await Eventually.BeTrueAsync(async () => (await nodes.ListAsync()).Single().IsDrained, "the end of all runs");
        (await later.StatusAsync()).GetProperty("state").GetString().ShouldBe("queued");
    }

    [Fact]
    public async Task StopOfTheHost_IsADrainForWhoeverHearsOfItFirst()
    {
        await using var site = await Site.StartAsync();
        bool? hadBegun = null;
        RunOutcome? outcome = null;

        // The latest registration is called first.
        using var first = site.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() =>
        {
            hadBegun = site.Services.GetRequiredService<Drain>().HasBegun;
            outcome = site.Services.GetRequiredService<Workers>().RunNextAsync().GetAwaiter().GetResult();
        });
        await site.StopAsync();

        hadBegun.ShouldBe(true);
        outcome.ShouldBe(RunOutcome.Stopping, "so that an engine leaves the permit to another node");
    }

    [Theory]
    [InlineData("web-1", true)]
    [InlineData("web-1-4711", true)]
    [InlineData("web-1-4711-0a1b", true)]
    [InlineData("web", false)]
    [InlineData("web-", false)]
    [InlineData("web-1-47", false)]
    [InlineData("web-1-4711-0a1b-2", false)]
    [InlineData("web-10", false)]
    [InlineData("", false)]
    public void NameOfANode_IsThatOfItsMachineWithOrWithoutTheRest(string asked, bool isMeant) => Node.IsMeant("web-1-4711-0a1b", asked).ShouldBe(isMeant);

    [Fact]
    public async Task Drain_OfANodeThatDoesNotExist_DrainsNothing()
    {
        await using var site = await Site.StartAsync();
        var nodes = site.Services.GetRequiredService<INodeManager>();

        (await nodes.DrainAsync("nobody")).ShouldBeEmpty();

        (await nodes.ListAsync()).ShouldHaveSingleItem().IsDraining.ShouldBeFalse();
    }

    [Fact]
    public async Task Drain_TellsAnEngineThatItsPermitsAreForOtherNodes()
    {
        await using var site = await Site.StartAsync(setup => setup.Services = services => services.Replace(ServiceDescriptor.Singleton<IProcessEngine, PermitEngine>()));
        using var browser = site.Browse();
        var waiting = await browser.SubmitAsync("/Work");

        await site.Services.GetRequiredService<INodeManager>().DrainAsync();

        site.Services.GetRequiredService<Workers>().Stopping.IsCancellationRequested.ShouldBeTrue();
        (await ((PermitEngine)site.Services.GetRequiredService<IProcessEngine>()).PermitAsync()).ShouldBe(RunOutcome.Stopping);
        (await waiting.StatusAsync()).GetProperty("state").GetString().ShouldBe("queued");
    }

    [Fact]
    public async Task WebNode_TakesWhatAnotherRuns()
    {
        await using var worker = await JobSite.StartAsync(configure: setup => setup.Services = ElsewhereStore.Install);
        await using var web = await JobSite.StartAsync(configure: setup =>
        {
            setup.Options = options => options.Role = NodeRole.Web;
            setup.Services = services => services.Replace(ServiceDescriptor.Singleton<IProcessStore>(ElsewhereStore.Of(worker).Shared));
        });
        var id = await web.Jobs().ScheduleAsync(new Order("for another node"));
        web.Services.GetRequiredService<Workers>().HasRoom.ShouldBeFalse();
        (await web.Services.GetRequiredService<INodeManager>().ListAsync()).ShouldHaveSingleItem().IsDrained.ShouldBeTrue();

        ElsewhereStore.Of(worker).Say(ProcessChangeKind.Waiting);

        (await web.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task WorkerNode_RefusesSubmissionsAndServesTheRest()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.Role = NodeRole.Worker);
        using var browser = site.Browse();

        var refused = await browser.SubmitAsync("/Work");

        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refused.Response.Headers.RetryAfter.ShouldNotBeNull();
        site.Log.Entries.ShouldContain(entry => entry.Message.Contains("this node has the role Worker"));
    }

    [Fact]
    public async Task WorkerNode_RunsJobs()
    {
        await using var site = await JobSite.StartAsync(configure: setup => setup.Options = options => options.Role = NodeRole.Worker);

        (await site.EndOfAsync(await site.Jobs().ScheduleAsync(new Order("here")))).State.ShouldBe(ProcessState.Succeeded);
    }
}
