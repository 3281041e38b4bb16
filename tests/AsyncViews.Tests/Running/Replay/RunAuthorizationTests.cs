using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Running.Replay;

/// <summary>A person who may submit must still be allowed when the run starts, and when the result is read.</summary>
public class RunAuthorizationTests
{
    [Fact]
    public async Task Anonymous_OnAPageForUsers_IsChallengedAndStartsNothing()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Guarded", Browser.Form());

        submitted.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        site.Script.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Policy_LostWhileQueued_FailsTheProcessBeforeItStarts()
    {
        var allowed = true;
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            setup.Options = options => options.MaxConcurrentRuns = 1;
            setup.Services = services => services.AddAuthorizationBuilder().AddPolicy("Staff", policy => policy.RequireAssertion(_ => allowed));
        });
        await run.Browser.SignInAsync("ann");
        var queued = await run.Browser.SubmitAsync("/StaffOnly");

        allowed = false;
        run.Gate.Open();
        var status = await EndOfAsync(run.Site, queued.Id);

        status.State.ShouldBe(ProcessState.Failed);
        run.Site.Script.Runs.ShouldBe(1);
        run.Site.Log.Entries.ShouldContain(entry => entry.Message.Contains($"Process {queued.Id} was not started"));
        allowed = true;
        using var page = await run.Browser.GetAsync(queued.Result);
        var text = await page.TextAsync(HttpStatusCode.InternalServerError);
        text.ShouldContain("You no longer have permission to do this, so it was not started.");
        text.ShouldContain("Send again", customMessage: "it is sent again as the user of then");
        text.ShouldNotContain("Check what was done");
    }

    [Fact]
    public async Task Policy_LostAfterTheEnd_HidesTheResult()
    {
        var allowed = true;
        await using var site = await Site.StartAsync(setup => setup.Services = services =>
            services.AddAuthorizationBuilder().AddPolicy("Staff", policy => policy.RequireAssertion(_ => allowed)));
        using var browser = site.Browse();
        await browser.SignInAsync("ann");
        var submitted = await browser.SubmitAsync("/StaffOnly");
        await submitted.EndAsync();

        allowed = false;

        using var response = await browser.GetAsync(submitted.Result);
        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location.ShouldNotBeNull().OriginalString.ShouldContain("/Account/AccessDenied");
    }

    [Fact]
    public async Task Revalidation_ThatFailsBeforeTheRun_FailsTheProcess()
    {
        await using var site = await Site.StartAsync(setup => setup.Options = options => options.RevalidateUserAsync = context =>
            ValueTask.FromResult(context.Features.Get<ProcessContext>() is null));
        using var browser = site.Browse();
        await browser.SignInAsync("ann");

        var submitted = await browser.SubmitAsync("/Guarded");

        (await submitted.EndAsync()).ShouldBe("failed");
        site.Script.Runs.ShouldBe(0);
    }

    [Theory]
    [InlineData("processing")]
    [InlineData("completed")]
    [InlineData("result")]
    public async Task Revalidation_ThatFailsAtAView_HidesTheProcess(string handler)
    {
        var valid = true;
        await using var site = await Site.StartAsync(setup => setup.Options = options =>
            options.RevalidateUserAsync = context => ValueTask.FromResult(valid && context.User.Identity!.Name == "ann"));
        using var browser = site.Browse();
        await browser.SignInAsync("ann");
        var submitted = await browser.SubmitAsync("/Guarded");
        (await submitted.EndAsync()).ShouldBe("succeeded");

        valid = false;

        using var response = await browser.GetAsync(submitted.At(handler));
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<ProcessStatus> EndOfAsync(Site site, ProcessId id)
    {
        await Eventually.BeTrueAsync(async () => (await site.Processes.GetStatusAsync(id))!.IsEnded, $"the end of {id}");
        return (await site.Processes.GetStatusAsync(id))!;
    }
}
