using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Endpoints;

/// <summary>The buttons of 'my processes' do to one's own what they say, and nothing to others'.</summary>
public sealed class MyProcessesActionTests
{
    private const string Path = "/my-processes";

    [Fact]
    public async Task Cancel_OfARunningProcess_StopsItAndShowsTheList()
    {
        await using var run = await HeldRun.StartAsync(configure: MyProcessesTests.Map);

        using var answer = await PressAsync(run.Browser, "cancel", run.Submitted.Id);

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Header("Location").ShouldBe(Path);
        (await run.Submitted.EndAsync()).ShouldBe("canceled");
        MyProcessesTests.Buttons((await MyProcessesTests.RowsAsync(run.Browser))[0]).ShouldBe(["Discard"]);
    }

    /// <summary>Its token is in a header, as scripts send it.</summary>
    [Fact]
    public async Task Post_ThatIsNoForm_Is415()
    {
        await using var site = await MyProcessesTests.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenAsync("/Work");

        using var json = await browser.SendAsync(HttpMethod.Post, Path, JsonContent.Create(new { cancel = "x" }), ("RequestVerificationToken", token));
        using var empty = await browser.SendAsync(HttpMethod.Post, Path, null, ("RequestVerificationToken", token));

        json.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        empty.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("/my-processes")]
    [InlineData("again")]
    public async Task Post_OfAFormThatCannotBeRead_IsRefused(string address)
    {
        await using var site = await MyProcessesTests.StartAsync(setup => setup.Run = (_, _, _) => throw new InvalidOperationException("broken"));
        using var browser = site.Browse();
        var failed = await browser.SubmitAsync("/Work");
        await failed.EndAsync();
        var form = new ByteArrayContent("nothing"u8.ToArray()) { Headers = { ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data") } };

        using var answer = await browser.SendAsync(HttpMethod.Post, address == "again" ? failed.At("again") : address, form, ("RequestVerificationToken", await browser.TokenAsync("/Work")));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await site.Processes.ListAllAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Link_ToACanceledProcess_SaysThatItWasCanceled()
    {
        await using var run = await HeldRun.StartAsync(configure: MyProcessesTests.Map);
        (await run.Browser.PostAsync(run.Submitted.Cancel, Browser.Form(await run.Browser.TokenFieldAsync("/Work")))).StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        await run.Submitted.EndAsync();
        await run.Browser.GetAsync(run.Submitted.Processing);

        var link = (await MyProcessesTests.RowsAsync(run.Browser))[0].QuerySelector("th a").ShouldNotBeNull().GetAttribute("href").ShouldNotBeNull();
        using var page = await run.Browser.GetAsync(link);

        (await page.Content.ReadAsStringAsync()).ShouldContain("Canceled");
    }

    [Fact]
    public async Task SendAgain_OfAFailedProcess_LeadsToANewOneAtTheSameAddress()
    {
        var broken = true;
        await using var site = await MyProcessesTests.StartAsync(setup => setup.Run = (page, _, _) =>
            broken ? throw new InvalidOperationException("broken") : Task.FromResult<Microsoft.AspNetCore.Mvc.IActionResult>(page.Content($"worked at {page.Request.Path}{page.Request.QueryString}")));
        using var browser = site.Browse();
        var failed = await browser.SubmitAsync("/Handled?a=1");
        await failed.EndAsync();
        broken = false;

        var again = new Submitted(browser, await PressAsync(browser, "again", failed.Id));

        again.Id.ShouldNotBe(failed.Id);
        again.Processing.ShouldBe(failed.At("processing", again.Id));
        (await again.ReadResultAsync()).ShouldBe("worked at /Handled?a=1");
        (await MyProcessesTests.RowsAsync(browser)).Select(row => row.QuerySelector("th a")!.GetAttribute("href")).ShouldBe([again.Processing, failed.Processing]);
    }

    [Fact]
    public async Task SendAgain_OfTheSameButtonTwice_IsOneProcess()
    {
        var (broken, gate) = (true, new Gate());
        await using var site = await MyProcessesTests.StartAsync(setup => setup.Run = async (page, _, cancellation) =>
        {
            if (broken)
                throw new InvalidOperationException("broken");
            await gate.PassAsync(cancellation);
            return page.Page();
        });
        using var browser = site.Browse();
        var failed = await browser.SubmitAsync("/Work");
        await failed.EndAsync();
        broken = false;
        var token = await browser.TokenFieldAsync(Path);

        var posts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => browser.PostAsync(Path, Browser.Form(("again", failed.Id.ToString()), token))));

        posts.Select(post => post.Id).Distinct().ShouldHaveSingleItem();
        gate.Open();
        await posts[0].EndAsync();
        site.Script.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task SendAgain_OfAPageThatTheUserMayNotOpenAnyMore_StartsNothing()
    {
        await using var site = await MyProcessesTests.StartAsync(setup => setup.Run = (_, _, _) => throw new InvalidOperationException("broken"));
        using var browser = site.Browse();
        await browser.SignInAsync("ann", staff: true);
        var failed = await browser.SubmitAsync("/StaffOnly");
        await failed.EndAsync();
        await browser.SignInAsync("ann");
        var other = await browser.SubmitAsync("/Work");
        await other.EndAsync();

        using var answer = await PressAsync(browser, "again", failed.Id);

        answer.Header("Location").ShouldBe(Path);
        site.Script.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task Cancel_OfSomebodyElsesRunningProcess_DoesNothing()
    {
        await using var run = await HeldRun.StartAsync(configure: MyProcessesTests.Map);
        using var stranger = run.Site.Browse();
        var own = await stranger.SubmitAsync("/Work");

        using var answer = await PressAsync(stranger, "cancel", run.Submitted.Id);

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        run.Process.CancellationToken.IsCancellationRequested.ShouldBeFalse();
        run.Gate.Open();
        (await run.Submitted.EndAsync()).ShouldBe("succeeded");
        (await own.EndAsync()).ShouldBe("succeeded");
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("discard")]
    [InlineData("again")]
    public async Task Button_ForSomebodyElsesProcess_DoesNothing(string button)
    {
        await using var site = await MyProcessesTests.StartAsync(setup => setup.Run = (_, _, _) => throw new InvalidOperationException("broken"));
        using var owner = site.Browse();
        using var stranger = site.Browse();
        var failed = await owner.SubmitAsync("/Work");
        await failed.EndAsync();
        await (await stranger.SubmitAsync("/Work")).EndAsync();

        using var foreign = await PressAsync(stranger, button, failed.Id);
        using var unknown = await PressAsync(stranger, button, ProcessId.New());

        (foreign.StatusCode, foreign.Header("Location")).ShouldBe((unknown.StatusCode, unknown.Header("Location")));
        (await MyProcessesTests.RowsAsync(owner)).Count.ShouldBe(1);
        site.Script.Runs.ShouldBe(2);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("discard")]
    public async Task Button_WithoutAToken_DoesNothingAndShowsTheListAgain(string button)
    {
        await using var run = await HeldRun.StartAsync(configure: MyProcessesTests.Map);

        using var answer = await run.Browser.SendAsync(HttpMethod.Post, Path, Browser.Form((button, run.Submitted.Id.ToString())));

        var page = await answer.DocumentAsync(HttpStatusCode.BadRequest);
        page.QuerySelector("[role=alert]").ShouldNotBeNull().TextContent.ShouldContain("Nothing was started.");
        MyProcessesTests.Buttons(page.QuerySelector("tbody tr").ShouldNotBeNull()).ShouldBe(["Cancel"]);
        run.Process.CancellationToken.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Button_OnAListThatDoesNotUpdate_LeadsBackToOne()
    {
        await using var run = await HeldRun.StartAsync(configure: MyProcessesTests.Map);
        var form = (await run.Browser.OpenAsync(Path + "?refresh=0")).QuerySelector("form").ShouldNotBeNull();

        using var answer = await run.Browser.SendAsync(
            HttpMethod.Post, form.GetAttribute("action")!, Browser.Form(("cancel", run.Submitted.Id.ToString()), await run.Browser.TokenFieldAsync(Path)));

        answer.Header("Location").ShouldBe(Path + "?refresh=0");
    }

    [Fact]
    public async Task Manager_ListsWhatWhoeverSendsTheRequestHas()
    {
        await using var site = await Site.StartAsync(setup => setup.Endpoints = app =>
            app.MapGet("/titles", async (HttpContext context, IProcessManager processes) => (await processes.ListAsync(context, 2)).Select(status => status.Title)));
        using var browser = site.Browse();
        using var stranger = site.Browse();
        foreach (var form in new[] { "/Work", "/Bound", "/Handled" })
            await browser.SubmitAsync(form);

        using var own = await browser.GetAsync("/titles");
        using var others = await stranger.GetAsync("/titles");

        (await own.JsonAsync(HttpStatusCode.OK)).EnumerateArray().Select(title => title.GetString()).ShouldBe(["<Handled> & more", "Bound"]);
        (await others.TextAsync(HttpStatusCode.OK)).ShouldBe("[]");
    }

    [Fact]
    public async Task Manager_SendsAgainWhatIsKeptAndNothingElse()
    {
        var broken = true;
        await using var site = await Site.StartAsync((page, _, _) => broken ? throw new InvalidOperationException("broken") : Task.FromResult<Microsoft.AspNetCore.Mvc.IActionResult>(page.Page()));
        using var browser = site.Browse();
        var failed = await browser.SubmitAsync("/Work");
        await failed.EndAsync();
        broken = false;

        var (outcome, id) = await site.Processes.SendAgainAsync(failed.Id);

        outcome.ShouldBe(SendAgainOutcome.Accepted);
        await Eventually.BeTrueAsync(async () => (await site.Processes.GetStatusAsync(id!.Value))!.State == ProcessState.Succeeded, "the end of what was sent again");
        (await site.Processes.SendAgainAsync(id!.Value)).ShouldBe(new SendAgainResult(SendAgainOutcome.NotKept));
        (await site.Processes.SendAgainAsync(ProcessId.New())).ShouldBe(new SendAgainResult(SendAgainOutcome.NotKept));
    }

    private static async Task<HttpResponseMessage> PressAsync(Browser browser, string button, ProcessId id) =>
        await browser.SendAsync(HttpMethod.Post, Path, Browser.Form((button, id.ToString()), await browser.TokenFieldAsync(Path)));
}
