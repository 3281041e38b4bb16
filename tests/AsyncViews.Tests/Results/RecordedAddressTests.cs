using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Results;

/// <summary>A relative address in a recorded header leads where it would lead from the page.</summary>
public class RecordedAddressTests
{
    [Theory]
    [InlineData("/Work", "?done=1", "/Work?done=1")]
    [InlineData("/Work", "here", "/here")]
    [InlineData("/Work", "./here", "/./here")]
    [InlineData("/Work", "../x", "/../x")]
    [InlineData("/Work?a=1", "#part", "/Work?a=1#part")]
    [InlineData("/Work?a=1", "?b=/c", "/Work?b=/c")]
    [InlineData("/Handled", "?done=1", "/Handled?done=1")]
    [InlineData("/Handled", "here", "/here")]
    [InlineData("/Routed/7/a%20b?q=a/b", "here?x=http://y", "/Routed/7/here?x=http://y")]
    [InlineData("/base/Handled", "?done=1", "/base/Handled?done=1")]
    [InlineData("/base/Handled", "here", "/base/here")]
    [InlineData("/Handled", "/other", "/other")]
    [InlineData("/Handled", "//other.example/x", "//other.example/x")]
    [InlineData("/Handled", "https://other.example/x", "https://other.example/x")]
    [InlineData("/Handled", "mailto:ann@example.com", "mailto:ann@example.com")]
    [InlineData("/Handled", "ms-word:ofe|u|x", "ms-word:ofe|u|x")]
    public async Task Location_ThatIsRelative_IsResolvedAgainstThePage(string path, string location, string expected)
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.PathBase = "/base";
            setup.Run = (_, _, _) => Task.FromResult<IActionResult>(new RedirectResult(location));
        });
        using var browser = site.Browse();

        using var result = await (await browser.SubmitAsync(path)).OpenResultAsync();

        result.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        result.Headers.NonValidated["Location"].ToString().ShouldBe(expected);
    }

    [Theory]
    [InlineData("Content-Location", "v1.csv", "/v1.csv")]
    [InlineData("Refresh", "5", "5")]
    [InlineData("Refresh", "5; url=here?a=1", "5; url=/here?a=1")]
    [InlineData("Refresh", "0;URL='?done=1'", "0;URL='/Handled?done=1'")]
    [InlineData("Refresh", "3, next", "3, /next")]
    [InlineData("Refresh", "5; url=https://other.example/", "5; url=https://other.example/")]
    [InlineData("Link", "<css/a,b.css>; rel=preload; title=\"<x>\", </js/a.js>; rel=preload, <?page=2>; rel=next", "</css/a,b.css>; rel=preload; title=\"<x>\", </js/a.js>; rel=preload, </Handled?page=2>; rel=next")]
    public async Task Header_WithRelativeAddresses_IsResolvedAgainstThePage(string name, string value, string expected)
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            page.Response.Headers[name] = value;
            return Task.FromResult<IActionResult>(page.Content("done"));
        });
        using var browser = site.Browse();

        using var result = await (await browser.SubmitAsync("/Handled")).OpenResultAsync();

        (result.Headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : result.Content.Headers.NonValidated[name].ToString()).ShouldBe(expected);
    }
}
