using System.Net;
using System.Text.RegularExpressions;
using AsyncViews.Tests.Architecture;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;

namespace AsyncViews.Tests.Capture;

/// <summary>The example of docs/filters.md does what is said there.</summary>
public partial class FilterDocumentTests
{
    [Fact]
    public async Task Filter_OfTheDocument_IsTheOneThatIsTested()
    {
        var document = await File.ReadAllTextAsync(Repository.PathOf("docs", "filters.md"));
        var page = await File.ReadAllTextAsync(Repository.PathOf("tests", "AsyncViews.Tests", "TestSite", "Pages", "Captcha.cshtml.cs"));

        page.ShouldContain(Filter().Match(document).Value);
    }

    [Fact]
    public async Task Captcha_OfASubmission_IsRedeemedOnce()
    {
        await using var site = await Site.StartAsync(setup => setup.Services = services => services.AddSingleton<ICaptchaService, CaptchaService>());
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Captcha", ("captcha", "solved"));
        (await submitted.ReadResultAsync()).ShouldBe("done");
        var second = await browser.SubmitAsync("/Captcha", ("captcha", "solved"));

        (await second.Response.DocumentAsync(HttpStatusCode.OK)).QuerySelector(".validation-summary-errors li")!.TextContent.ShouldBe("The captcha was not solved.");
        site.Log.Entries.ShouldNotContain(entry => entry.Message.Contains("[SubmissionOnly]"));
    }

    [GeneratedRegex(@"\[SubmissionOnly\]\n\[.*?\n}\n", RegexOptions.Singleline)]
    private static partial Regex Filter();
}
