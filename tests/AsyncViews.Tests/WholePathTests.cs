using System.Net;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;

namespace AsyncViews.Tests;

public class WholePathTests
{
    [Fact]
    public async Task Post_OfAValidForm_IsAnsweredAtOnceAndEndsAtTheResult()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            await gate.PassAsync(token);
            var work = (WorkModel)page;
            work.Outcome = $"did {work.Text}";
            return page.Page();
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work", ("Text", "sums"));
        submitted.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        await gate.Entered;
        var waiting = await browser.OpenAsync(submitted.Processing);
        waiting.QuerySelector("#layout").ShouldNotBeNull();
        waiting.QuerySelector("#av-poll").ShouldNotBeNull().GetAttribute("data-hx-get").ShouldNotBeNull().ShouldStartWith(submitted.Completed);
        gate.Open();

        (await submitted.EndAsync()).ShouldBe("succeeded");
        using var after = await browser.GetAsync(submitted.Processing);
        after.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        after.Headers.Location.ShouldNotBeNull().OriginalString.ShouldBe(submitted.Result);
        var result = await browser.OpenAsync(submitted.Result);
        result.QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe("did sums");
        site.Script.Runs.ShouldBe(1);
    }
}
