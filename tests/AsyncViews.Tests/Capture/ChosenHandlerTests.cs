using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Capture;

/// <summary>A page filter may choose another handler than the address names: the run does what the POST did.</summary>
public class ChosenHandlerTests
{
    [Theory]
    [InlineData("/Exports", "Nothing", "nothing", 0)]
    [InlineData("/Exports?handler=Nothing", "default", "", 1)]
    [InlineData("/Exports?handler=Export", "Nothing", "nothing", 0)]
    public async Task HandlerOfAProcess_ChosenInsteadOfAnother_IsTheOneThatRuns(string address, string chosen, string outcome, int runs)
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.PostAsync(address, Browser.Form(await browser.TokenFieldAsync("/Exports")), (ChoosingFilter.Header, chosen));

        Browser.Parse(await submitted.ReadResultAsync()).QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe(outcome);
        site.Script.Runs.ShouldBe(runs);
        (await site.Processes.GetStatusAsync(submitted.Id))!.Type.ShouldBe(ProcessType.OfPage("/Exports", handler: chosen == "default" ? null : chosen));
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK, "deleted Ann")]
    [InlineData(false, HttpStatusCode.BadRequest, "")]
    public async Task PlainHandler_ChosenInsteadOfAProcess_AnswersAtOnceAndOnlyWithAToken(bool hasToken, HttpStatusCode status, string answer)
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Exports");

        var posted = await browser.PostAsync("/Exports", Browser.Form([("name", "Ann"), .. hasToken ? [token] : Array.Empty<(string, string)>()]), (ChoosingFilter.Header, "Delete"));

        (await posted.Response.TextAsync(status)).ShouldBe(answer);
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("POST", "/Exports?handler=Delete")]
    [InlineData("GET", "/Exports")]
    public async Task Process_ChosenForARequestThatIsNotKept_IsRefusedWithTheReason(string method, string address)
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Exports");

        using var answer = await browser.SendAsync(new HttpMethod(method), address, method == "GET" ? null : Browser.Form(("name", "Ann"), token), (ChoosingFilter.Header, "Nothing"));

        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        site.Log.Entries.ShouldContain(entry => entry.Exception is InvalidOperationException && entry.Exception.Message.Contains(
            "chose the handler OnPostNothing of /Exports, which runs as a process, for a request that reaches another handler"));
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    private static Task<Site> StartAsync() =>
        Site.StartAsync(setup => setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.Filters.Add(new ChoosingFilter())));
}
