using System.Net;
using System.Reflection;
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

        // The language of the browser.
        using var german = await browser.GetAsync("/my-processes", ("Accept-Language", "de"));
        (await german.DocumentAsync(HttpStatusCode.OK)).QuerySelector(".av-page").ShouldNotBeNull().GetAttribute("lang").ShouldBe("de");
    }

    [Fact]
    public void Deployment_NamesEveryOption()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs/deployment.md"));

        typeof(AsyncViewsOptions).GetProperties().Select(option => $"`{option.Name}`").Where(option => !page.Contains(option)).ShouldBeEmpty();
    }

    /// <summary>Its default place is in the folder of the sources.</summary>
    [Fact]
    public void QuickStarts_KeepTheStoreOutOfVersionControl() => Directory.GetFiles(Repository.Root, "*.md")
        .Concat(Directory.GetFiles(Repository.PathOf("docs"), "*.md"))
        .Concat(Directory.GetFiles(Repository.PathOf("src"), "PACKAGE.md", SearchOption.AllDirectories))
        .Where(page => File.ReadAllText(page) is var text && text.Contains("AddAsyncViews().UseSqlite();") && !text.Contains("`.gitignore`"))
        .ShouldBeEmpty();

    /// <summary>A feature that no page mentions is found by nobody.</summary>
    [Theory]
    [InlineData(typeof(AsyncPageModel))]
    [InlineData(typeof(IJobScheduler))]
    [InlineData(typeof(INodeManager))]
    [InlineData(typeof(IProcessManager))]
    [InlineData(typeof(ProcessRunContext))]
    [InlineData(typeof(ProcessTransaction))]
    public void Pages_NameEveryMethod(Type type)
    {
        var pages = string.Join('\n', Directory.GetFiles(Repository.PathOf("docs"), "*.md").Select(File.ReadAllText));

        type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .Where(method => (method.IsPublic || method.IsFamily) && !method.IsSpecialName)
            .Where(method => !Regex.IsMatch(pages, $@"\b{method.Name}\b"))
            .Select(method => method.Name)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Operating_NamesEveryMetricAndTag()
    {
        var page = File.ReadAllText(Repository.PathOf("docs/operating.md"));

        var names = Regex.Matches(File.ReadAllText(Path.Combine(Repository.Library, "Diagnostics/Telemetry.cs")), @"""(asyncviews\.[\w.]+)""");

        names.Count.ShouldBeGreaterThan(5);
        names.Select(name => $"`{name.Groups[1].Value}`").Where(name => !page.Contains(name)).ShouldBeEmpty();
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

    /// <summary>Somebody has to act: the log is critical, or the waiting page says that something is wrong.</summary>
    [Fact]
    public void Troubleshooting_HasWhatNeedsSomebody()
    {
        var quoted = Quoted().Matches(File.ReadAllText(Repository.PathOf("docs/troubleshooting.md"))).Select(match => match.Groups["text"].Value).ToArray();
        var critical = Repository.Sources(Repository.PathOf("src"), ".cs").SelectMany(file => CriticalMessage().Matches(File.ReadAllText(file))).Select(match => match.Groups["text"].Value);
        var texts = new Strings();
        string[] messages = [.. critical, texts["Connection.Lost"].Value, texts["Connection.Busy"].Value];

        messages.Length.ShouldBeGreaterThan(4);
        messages.Where(message => !quoted.Any(message.Contains)).ShouldBeEmpty();
    }

    [Fact]
    public void Readme_IsShort() =>
        File.ReadAllText(Repository.PathOf("README.md")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThanOrEqualTo(900);

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

    [GeneratedRegex(@"LogLevel\.Critical, ""(?<text>[^""]+)""")]
    private static partial Regex CriticalMessage();

    /// <summary>Where a text of the sources goes on in the next line.</summary>
    [GeneratedRegex(@"""\s*\+\s*\$?""")]
    private static partial Regex Continued();
}
