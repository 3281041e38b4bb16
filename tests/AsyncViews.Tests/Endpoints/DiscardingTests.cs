using System.Net;
using AngleSharp.Html.Dom;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Endpoints;

/// <summary>An ended process is discarded by its owner, who is asked once more, and its address says so from then on.</summary>
public sealed class DiscardingTests
{
    private const string Path = "/my-processes";

    [Theory, InlineData(""), InlineData("?refresh=0")]
    public async Task Discard_OfAnEndedProcess_IsAskedOnceMore(string query)
    {
        await using var site = await MyProcessesTests.StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Handled");
        await submitted.EndAsync();
        var link = (await browser.OpenAsync(Path + query)).QuerySelector("tbody [data-av-discard]").ShouldNotBeNull();

        var question = await browser.OpenAsync(link.GetAttribute("href")!);

        question.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("Discard this?");
        question.Body!.TextContent.ShouldContain("<Handled> & more");
        question.QuerySelector(".av-choice a").ShouldNotBeNull().GetAttribute("href").ShouldBe(Path + query);
        (await MyProcessesTests.RowsAsync(browser)).Count.ShouldBe(1, "nothing is done yet");
        using var kept = await browser.GetAsync(submitted.Result);
        kept.StatusCode.ShouldBe(HttpStatusCode.OK);

        using var answer = await ConfirmAsync(browser, question);
        answer.Header("Location").ShouldBe(Path + query);
        (await MyProcessesTests.RowsAsync(browser)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("processing")]
    [InlineData("completed")]
    [InlineData("result")]
    public async Task Address_OfWhatWasDiscarded_SaysSoToItsOwnerAlone(string handler)
    {
        await using var site = await MyProcessesTests.StartAsync();
        using var browser = site.Browse();
        using var stranger = site.Browse();
        await stranger.OpenAsync("/Work");
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        await DiscardAsync(browser, submitted.Id);

        using var page = await browser.GetAsync(submitted.At(handler));
        var document = await page.DocumentAsync(HttpStatusCode.Gone);
        document.QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe("You discarded this");
        document.QuerySelectorAll(".av-actions a").Select(link => link.GetAttribute("href")).ShouldContain("/Work");
        using var json = await browser.GetAsync(submitted.At(handler), ("Accept", "application/json"));
        (await json.JsonAsync(HttpStatusCode.Gone)).GetProperty("title").GetString().ShouldBe("You discarded this");
        using var foreign = await stranger.GetAsync(submitted.At(handler));
        using var unknown = await stranger.GetAsync(submitted.At(handler, ProcessId.New()));
        (await foreign.TextAsync(HttpStatusCode.NotFound)).ShouldBe(await unknown.TextAsync(HttpStatusCode.NotFound));
    }

    [Fact]
    public async Task Buttons_OfWhatIsLiveOrStopping_DoNotOfferIt()
    {
        var stopping = new TaskCompletionSource();
        await using var site = await MyProcessesTests.StartAsync(setup => setup.Run = async (page, _, _) =>
        {
            await stopping.Task;
            return page.Page();
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await Eventually.BeTrueAsync(async () => (await submitted.StatusAsync()).GetProperty("state").GetString() == "running", "the start");
        MyProcessesTests.Buttons((await MyProcessesTests.RowsAsync(browser))[0]).ShouldBe(["Cancel"]);

        await site.Processes.CancelAsync(submitted.Id);

        var row = (await MyProcessesTests.RowsAsync(browser))[0];
        row.TextContent.ShouldContain("Stopping…");
        MyProcessesTests.Buttons(row).ShouldBeEmpty();
        using (var question = await browser.GetAsync($"{Path}?discard={submitted.Id}"))
            question.Header("Location").ShouldBe(Path);
        await DiscardAsync(browser, submitted.Id);
        stopping.SetResult();
        (await submitted.EndAsync()).ShouldBe("succeeded");
        MyProcessesTests.Buttons((await MyProcessesTests.RowsAsync(browser))[0]).ShouldBe(["Discard"]);
    }

    [Fact]
    public async Task Question_AboutSomebodyElses_IsAsAboutNothing()
    {
        await using var site = await MyProcessesTests.StartAsync();
        using var owner = site.Browse();
        using var stranger = site.Browse();
        var submitted = await owner.SubmitAsync("/Work");
        await submitted.EndAsync();
        await (await stranger.SubmitAsync("/Work")).EndAsync();

        using var foreign = await stranger.GetAsync($"{Path}?discard={submitted.Id}");
        using var unknown = await stranger.GetAsync($"{Path}?discard={ProcessId.New()}");

        (foreign.StatusCode, foreign.Header("Location")).ShouldBe((HttpStatusCode.SeeOther, Path));
        (unknown.StatusCode, unknown.Header("Location")).ShouldBe((HttpStatusCode.SeeOther, Path));
    }

    [Fact]
    public async Task Removal_ByCode_LeavesNothingAtItsAddress()
    {
        await using var site = await MyProcessesTests.StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        (await site.Processes.RemoveAsync(submitted.Id)).ShouldBeTrue();

        using var result = await browser.GetAsync(submitted.Result);
        result.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task DiscardAsync(Browser browser, ProcessId id)
    {
        using var answer = await browser.SendAsync(HttpMethod.Post, Path, Browser.Form(("discard", id.ToString()), await browser.TokenFieldAsync("/Work")));
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    private static async Task<HttpResponseMessage> ConfirmAsync(Browser browser, IHtmlDocument question)
    {
        var button = question.QuerySelector(".av-choice button").ShouldNotBeNull();
        return await browser.SendAsync(
            HttpMethod.Post,
            button.Closest("form")!.GetAttribute("action")!,
            Browser.Form((button.GetAttribute("name")!, button.GetAttribute("value")!), ("__RequestVerificationToken", Browser.TokenIn(question))));
    }
}
