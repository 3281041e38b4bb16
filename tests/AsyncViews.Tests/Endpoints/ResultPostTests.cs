using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Endpoints;

/// <summary>A form that a run rendered stands at the result's address, and is posted there.</summary>
public class ResultPostTests
{
    [Theory]
    [InlineData("/Work")]
    [InlineData("/Work?a=1")]
    [InlineData("/Handled")]
    [InlineData("/Handled?a=1")]
    [InlineData("/Routed/7")]
    [InlineData("/Deep/a%20b/c")]
    public async Task Form_RenderedByARun_IsANewSubmissionWithNothingOfTheOldProcess(string path)
    {
        var seen = new List<string>();
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            seen.Add($"{page.Request.Path.ToUriComponent()}{page.Request.QueryString} handler:{page.RouteData.Values["handler"]}{page.Request.RouteValues["handler"]}");
            return Task.FromResult<IActionResult>(page.Page());
        });
        using var browser = site.Browse();
        var first = await browser.SubmitAsync(path);
        var result = Browser.Parse(await first.ReadResultAsync());
        var form = result.QuerySelector("form[method=post]").ShouldNotBeNull();

        var second = await browser.PostAsync(form.GetAttribute("action") ?? first.Result, Browser.Form(("__RequestVerificationToken", Browser.TokenIn(result))));

        (await second.EndAsync()).ShouldBe("succeeded");
        second.Id.ShouldNotBe(first.Id);
        second.Processing.ShouldBe(first.Processing.Replace(first.Id.ToString(), second.Id.ToString()));
        seen.ShouldBe([$"{path} handler:", $"{path} handler:"]);
    }

    [Fact]
    public async Task Form_RenderedByARun_LeavesOtherTabsTokensValid()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var otherTab = await browser.TokenFieldAsync("/Work");
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.ReadResultAsync();

        var posted = await browser.PostAsync("/Work", Browser.Form(("Text", "other tab"), otherTab));

        posted.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task StaleForm_PostedToAResult_ShowsTheFormAgain()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var first = await browser.SubmitAsync("/Work");
        await first.EndAsync();

        var second = await browser.PostAsync(first.Result, Browser.Form(("Text", "kept")));

        var page = await second.Response.DocumentAsync(HttpStatusCode.BadRequest);
        page.QuerySelector("input[name=Text]").ShouldNotBeNull().GetAttribute("value").ShouldBe("kept");
        site.Script.Runs.ShouldBe(1);
    }
}
