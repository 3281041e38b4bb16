using System.Net;
using System.Text.Json;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Endpoints;

/// <summary>The answers to a poll, in each of its forms.</summary>
public class CompletedTests
{
    [Fact]
    public async Task Poll_WithNothingNew_Is204AndAfterAReportTheNewProgress()
    {
        await using var run = await HeldRun.StartAsync();
        var address = await run.PollAddressAsync();

        using (var same = await run.PollAsync(address))
        {
            (await same.TextAsync(HttpStatusCode.NoContent)).ShouldBeEmpty();
            same.ShouldBePrivate();
        }

        run.Process.ReportProgress(12.5, "Reading rows");
        using var changed = await run.PollAsync(address);

        var fragment = await changed.DocumentAsync(HttpStatusCode.OK);
        changed.ShouldBePrivate();
        var poll = fragment.QuerySelector("#av-poll").ShouldNotBeNull();
        poll.QuerySelector("progress").ShouldNotBeNull().GetAttribute("value").ShouldBe("12.5");
        poll.QuerySelector("bdi").ShouldNotBeNull().TextContent.ShouldBe("Reading rows");
        fragment.QuerySelector("#layout").ShouldBeNull();
        fragment.QuerySelector("[data-hx-swap-oob]").ShouldBeNull();
        var next = poll.GetAttribute("data-hx-get").ShouldNotBeNull();
        next.ShouldNotBe(address);
        using var again = await run.PollAsync(next);
        again.StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Poll_OverAQuarter_AnnouncesItToScreenReaders()
    {
        await using var run = await HeldRun.StartAsync();
        var address = await run.PollAddressAsync();

        run.Process.ReportProgress(26);
        using var response = await run.PollAsync(address);

        var fragment = await response.DocumentAsync(HttpStatusCode.OK);
        fragment.QuerySelector("[data-hx-swap-oob='innerHTML:#av-status'] .av-announced").ShouldNotBeNull().TextContent.Trim().ShouldBe("A quarter is done.");
        fragment.QuerySelector("[data-hx-swap-oob='innerHTML:#av-status'] .av-state").ShouldNotBeNull().TextContent.Trim().ShouldBe("In progress");
    }

    [Fact]
    public async Task Poll_AfterTheEnd_LeadsToTheResultAndPollsNoMore()
    {
        await using var run = await HeldRun.StartAsync();
        var address = await run.PollAddressAsync();
        run.Gate.Open();
        await run.Submitted.EndAsync();

        using var response = await run.PollAsync(address);

        (await response.EndAddressAsync()).ShouldBe(run.Submitted.Result);
        response.ShouldBePrivate();
        var fragment = await response.DocumentAsync(HttpStatusCode.OK);
        fragment.QuerySelector("#av-poll").ShouldNotBeNull().HasAttribute("data-hx-trigger").ShouldBeFalse();
        fragment.QuerySelector("#av-poll a").ShouldNotBeNull().GetAttribute("href").ShouldBe(run.Submitted.Result);
    }

    [Fact]
    public async Task Get_FromABrowser_Is303ToTheWaitingPage()
    {
        await using var run = await HeldRun.StartAsync();

        using var response = await run.Browser.GetAsync(run.Submitted.Completed);

        response.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        response.Header("Location").ShouldBe(run.Submitted.Processing);
        response.ShouldBePrivate();
    }

    [Fact]
    public async Task Result_OfALiveProcess_Is303ToTheWaitingPage()
    {
        await using var run = await HeldRun.StartAsync();

        using var response = await run.Browser.GetAsync(run.Submitted.Result);

        response.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        response.Header("Location").ShouldBe(run.Submitted.Processing);
        response.ShouldBePrivate();
    }

    [Theory]
    [InlineData("Accept", "application/json")]
    [InlineData("output_json", "1")]
    public async Task Json_OverTheLifeOfAProcess_SaysHowFarItIs(string how, string value)
    {
        await using var run = await HeldRun.StartAsync();

        var unmeasured = await ReadAsync();
        unmeasured.GetProperty("completed").ValueKind.ShouldBe(JsonValueKind.False);
        unmeasured.GetProperty("progress_message").GetString().ShouldBe("0% completed...");
        unmeasured.GetProperty("title").GetString().ShouldBe("Work");
        unmeasured.GetProperty("state").GetString().ShouldBe("running");
        unmeasured.GetProperty("poll_after_ms").GetInt32().ShouldBeInRange(900, 1100);
        unmeasured.GetProperty("cancel").GetString().ShouldBe(run.Submitted.Cancel);

        run.Process.ReportProgress(42.5, "<b>rows</b>");
        var measured = await ReadAsync();
        measured.GetProperty("completed").GetDouble().ShouldBe(42.5);
        measured.GetProperty("progress").GetDouble().ShouldBe(42.5);
        measured.GetProperty("progress_message").GetString().ShouldBe("42.5% completed...");
        measured.GetProperty("message").GetString().ShouldBe("<b>rows</b>");
        measured.GetProperty("version").GetInt64().ShouldBeGreaterThan(unmeasured.GetProperty("version").GetInt64());

        run.Process.ReportProgress(100);
        var nearly = await ReadAsync();
        nearly.GetProperty("completed").GetDouble().ShouldBe(99);
        nearly.GetProperty("progress_message").GetString().ShouldBe("99% completed...");

        run.Process.ReportProgress(55);
        run.Gate.Open();
        await run.Submitted.EndAsync();
        var ended = await ReadAsync();
        ended.GetProperty("completed").GetDouble().ShouldBe(100);
        ended.GetProperty("progress_message").GetString().ShouldBe("100% completed...");
        ended.GetProperty("state").GetString().ShouldBe("succeeded");
        ended.GetProperty("result").GetString().ShouldBe(run.Submitted.Result);
        ended.GetProperty("poll_after_ms").ValueKind.ShouldBe(JsonValueKind.Null);

        async Task<JsonElement> ReadAsync()
        {
            using var response = how == "Accept"
                ? await run.Browser.GetAsync(run.Submitted.Completed, (how, value))
                : await run.Browser.GetAsync($"{run.Submitted.Completed}&{how}={value}");
            response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/json");
            response.ShouldBePrivate();
            return await response.JsonAsync(HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData(false, "true", "100% completed...")]
    [InlineData(true, "\"ERROR\"", "")]
    public async Task Json_OfAnEndThatWasNeverMeasured_IsTrueOrError(bool fails, string completed, string message)
    {
        await using var site = await Site.StartAsync((page, _, _) =>
            fails ? throw new InvalidOperationException("broken") : Task.FromResult<IActionResult>(page.Page()));
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        var status = await submitted.StatusAsync();
        status.GetProperty("completed").GetRawText().ShouldBe(completed);
        status.GetProperty("progress_message").GetString().ShouldBe(message);
    }

    [Theory]
    [InlineData(ProcessState.Succeeded, 100)]
    [InlineData(ProcessState.Failed, 55)]
    public async Task Status_OfAnEndAfter55Percent_Says100OnlyWhereItSucceeded(ProcessState state, double percent)
    {
        await using var site = await Site.StartAsync((page, process, _) =>
        {
            process.ReportProgress(55, "Last step");
            return state == ProcessState.Failed ? throw new ArithmeticException() : Task.FromResult<IActionResult>(page.Page());
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        (await site.Processes.GetStatusAsync(submitted.Id)).ShouldNotBeNull().ShouldSatisfyAllConditions(
            status => status.State.ShouldBe(state),
            status => status.Percent.ShouldBe(percent),
            status => status.Progress.ShouldBe(new ProcessProgress(percent, "Last step")));
        (await site.Processes.ListAllAsync()).ShouldHaveSingleItem().Percent.ShouldBe(percent);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("True", true)]
    [InlineData("yes", true)]
    [InlineData("on", true)]
    [InlineData("0", true)]
    [InlineData("", false)]
    public async Task OutputJson_OfAnyStringThatPythonTakesForTrue_IsJson(string value, bool isJson)
    {
        await using var run = await HeldRun.StartAsync();

        using var response = await run.Browser.GetAsync($"{run.Submitted.Completed}&output_json={value}");

        response.StatusCode.ShouldBe(isJson ? HttpStatusCode.OK : HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Json_OfNetsightsClient_IsAlways200()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        foreach (var query in (string[])["", $"&process_id={ProcessId.New()}", "&process_id=nonsense"])
        {
            using var response = await browser.GetAsync($"/Work?handler=completed&output_json=1{query}");
            (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("completed").GetString().ShouldBe("ERROR");
            response.ShouldBePrivate();
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("&process_id=00000000000000000000000000")]
    public async Task Poll_OfAnUnknownProcess_ReloadsThePage(string query)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        using var response = await browser.GetAsync($"/Work?handler=completed{query}", ("HX-Request", "true"));

        response.StatusCode.ShouldBe(query == "" ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound);
        response.Header("HX-Refresh").ShouldBe("true");
        response.ShouldBePrivate();
    }

    [Fact]
    public async Task Poll_OfAPageWithTempData_LeavesItAlone()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            await gate.PassAsync(token);
            return page.Page();
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Bound");
        await gate.Entered;
        browser.Cookies.Add(site.Root, new Cookie(".AspNetCore.Mvc.CookieTempDataProvider", "whatever"));

        using var poll = await browser.GetAsync(submitted.Completed, ("HX-Request", "true"));
        using var json = await browser.GetAsync(submitted.Completed, ("Accept", "application/json"));

        poll.Headers.Contains("Set-Cookie").ShouldBeFalse();
        json.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }
}
