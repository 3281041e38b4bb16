using System.Net;
using System.Text.RegularExpressions;
using AsyncViews.Tests.Architecture;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests;

/// <summary>Every sample of the README and of docs/ is built and run, and what they list is complete.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public async Task Documentation_FollowedInANewWebApplication_DoesWhatItSays()
    {
        await using var application = new DocumentedApplication();
        var address = await application.StartAsync();
        using var browser = new Browser(address);

        // The quick start: a waiting page in the template's layout, and the result in the page itself.
        var import = await browser.PostAsync("/Import", Browser.Multipart(
            [await browser.TokenFieldAsync("/Import")], ("Upload", "rows.csv", [.. Enumerable.Repeat("a row\n"u8.ToArray(), 100).SelectMany(row => row)])));
        var waiting = await browser.OpenAsync(import.Processing);
        waiting.QuerySelector(".av-spinner").ShouldNotBeNull();
        waiting.QuerySelector("progress").ShouldNotBeNull();
        waiting.QuerySelector("nav").ShouldNotBeNull();
        (await import.ReadResultAsync()).ShouldContain("100 rows were imported.");
        File.Exists(application.PathOf("App_Data/asyncviews.db")).ShouldBeTrue("the quick start's store is durable");

        // The converted page: its list is there when an invalid form is shown again, and its second handler is a process too.
        using var invalid = (await browser.SubmitAsync("/Contacts", ("Copies", "99"))).Response;
        (await invalid.DocumentAsync(HttpStatusCode.OK)).QuerySelectorAll("select option").Length.ShouldBe(2);
        (await (await browser.SubmitAsync("/Contacts", ("Group", "customers"))).ReadResultAsync()).ShouldContain("20 letters were sent.");
        var export = await browser.PostAsync("/Contacts?handler=Export", Browser.Form(("format", "csv"), await browser.TokenFieldAsync("/Contacts")));
        (await export.ReadResultAsync()).ShouldBe("name;group\n");

        // The job, the pages around it and the health check.
        var ordered = await browser.SubmitAsync("/Order", ("customer", "4711"));
        ordered.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var order = await browser.OpenAsync(ordered.Response.Headers.Location!.OriginalString);
        order.QuerySelector(".av-embedded").ShouldNotBeNull().TextContent.ShouldContain("Invoice for customer 4711");
        (await browser.OpenAsync("/Dashboard")).Body!.TextContent.ShouldContain("Invoice for customer 4711");
        (await browser.OpenAsync("/my-processes")).Body!.TextContent.ShouldContain("Invoice for customer 4711");
        (await browser.OpenAsync($"/my-processes?discard={import.Id}")).QuerySelector(".av-page.av-question.wide .av-keep").ShouldNotBeNull("the frame keeps what the library's script looks for");
        (await (await browser.GetAsync("/health")).Content.ReadAsStringAsync()).ShouldBe("Healthy");
    }

    [Fact]
    public void Deployment_NamesEveryOption()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/deployment.md"));

        typeof(AsyncViewsOptions).GetProperties().Select(option => $"`{option.Name}`").Where(option => !page.Contains(option)).ShouldBeEmpty();
    }

    /// <summary>Somebody searches for the text that they see.</summary>
    [Fact]
    public void Troubleshooting_QuotesMessagesAsTheyAre()
    {
        var quoted = Quoted().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/troubleshooting.md"))).Select(match => match.Groups["text"].Value).ToArray();
        var sources = string.Join('\n', Repository.Sources(Path.Combine(Repository.Root, "src"), ".cs", ".resx").Select(file => Continued().Replace(File.ReadAllText(file), "")));

        quoted.Length.ShouldBeGreaterThan(15);
        quoted.Where(text => !sources.Contains(text)).ShouldBeEmpty();
    }

    /// <summary>A bar that is full while the last step still runs promises too much.</summary>
    [Fact]
    public void Samples_ThatCountFromOne_ReportNoStepBeforeItIsDone() =>
        new[] { "src/AsyncViews.Templates/content", "sample-site" }.SelectMany(folder => Repository.Sources(Repository.PathOf(folder), ".cs"))
            .Where(file => ReportedEarly().IsMatch(File.ReadAllText(file))).ShouldBeEmpty();

    [Fact]
    public void Readme_IsShort() =>
        File.ReadAllText(Path.Combine(Repository.Root, "README.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThanOrEqualTo(900);

    [Fact]
    public void Links_LeadToFiles()
    {
        foreach (var page in Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md")).Append(Path.Combine(Repository.Root, "tests/README.md")))
        {
            var links = Regex.Matches(File.ReadAllText(page), @"\]\((?<to>[^)#:]+)(#[^)]*)?\)").Select(link => link.Groups["to"].Value);
            links.Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, link))).ShouldBeEmpty(page);
        }
    }

    [GeneratedRegex(@"^\*\*`(?<text>[^`]+)`\*\*", RegexOptions.Multiline)]
    private static partial Regex Quoted();

    /// <summary>A loop from one on that begins with a report of its number.</summary>
    [GeneratedRegex(@"for \(var (?<step>\w+) = [1-9][^\n]*\n\s*\{\s*process\.ReportProgress\([\d.]+ \* \k<step>\b")]
    private static partial Regex ReportedEarly();

    /// <summary>Where a text of the sources goes on in the next line.</summary>
    [GeneratedRegex(@"""\s*\+\s*\$?""")]
    private static partial Regex Continued();
}
