using System.Net;
using AsyncViews.Storage;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AsyncViews.Tests.Capture;

/// <summary>Several handlers of one page run as processes, each as the page's default one does.</summary>
public class AsyncHandlerTests
{
    [Fact]
    public async Task NamedHandler_OfAPost_RunsWithItsParametersBound()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var form = Browser.Form(("format", "csv"), await browser.TokenFieldAsync("/Exports"));
        var submitted = await browser.PostAsync("/Exports?handler=Export&filter=new", form, ("X-Client", "tests"));

        Browser.Parse(await submitted.ReadResultAsync()).QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe("export csv new tests True True");
        site.Script.Runs.ShouldBe(0);
        (await site.Processes.GetStatusAsync(submitted.Id)).ShouldNotBeNull().Progress.Message.ShouldBe("exporting");
    }

    [Fact]
    public async Task NamedHandler_OfJson_ReadsItsBodyInTheRun()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var (_, token) = await browser.TokenFieldAsync("/Exports");

        var submitted = await browser.PostAsync("/Exports?handler=sum", JsonContent.Create(new[] { 1, 2, 3 }), ("RequestVerificationToken", token));

        (await submitted.ReadResultAsync()).ShouldBe("""{"sum":6}""");
    }

    [Fact]
    public async Task NamedHandler_ThatReturnsNothing_ShowsThePage()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Exports?handler=Nothing", Browser.Form(await browser.TokenFieldAsync("/Exports")));

        Browser.Parse(await submitted.ReadResultAsync()).QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe("nothing");
    }

    [Theory]
    [InlineData("/Exports", "")]
    [InlineData("/Exports?handler=unknown", "")]
    public async Task DefaultHandler_BesideNamedOnes_IsRunAsync(string address, string expected)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.PostAsync(address, Browser.Form(await browser.TokenFieldAsync("/Exports")));

        Browser.Parse(await submitted.ReadResultAsync()).QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe(expected);
        site.Script.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task DefaultHandler_WithParameters_RunsAsItIsWritten()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Parameters/7", ("name", "Ann"));

        (await submitted.ReadResultAsync()).ShouldBe("7 Ann True");
    }

    [Fact]
    public async Task PlainHandler_BesideThem_AnswersAtOnce()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var posted = await browser.PostAsync("/Exports?handler=Delete", Browser.Form(("name", "x"), await browser.TokenFieldAsync("/Exports")));

        (await posted.Response.TextAsync(HttpStatusCode.OK)).ShouldBe("deleted x");
    }

    [Theory]
    [InlineData("format", "much too long")]
    [InlineData("other", "csv")]
    public async Task InvalidParameter_OfANamedHandler_StartsNothing(string name, string value)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var form = Browser.Form((name, value), await browser.TokenFieldAsync("/Exports"));
        var posted = await browser.PostAsync("/Exports?handler=Export", form, ("Accept", "application/json"));

        (await posted.Response.JsonAsync(HttpStatusCode.BadRequest)).GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("format");
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ShouldRunProcess_OfThePage_DecidesForEveryHandler()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var form = Browser.Form(("format", "csv"), ("filter", "nothing"), await browser.TokenFieldAsync("/Exports"));
        var posted = await browser.PostAsync("/Exports?handler=Export", form);

        posted.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/Exports?filter=a%26b", "/Exports?handler=Export&filter=a%26b", "page:/Exports?handler=Export", "Exports – Export")]
    [InlineData("/NamedOnly?filter=a%26b", "/NamedOnly/send?filter=a%26b", "page:/NamedOnly?handler=Send", "Named only – Send")]
    public async Task Addresses_OfAProcess_WorkThoughTheHandlerIsNamedInThem(string form, string address, string type, string title)
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            await gate.PassAsync(token);
            return null!;
        });
        using var browser = site.Browse();
        var fields = Browser.Form(("format", "csv"), ("text", "x"), await browser.TokenFieldAsync(form));

        var submitted = await browser.PostAsync(address, fields);
        gate.Open();

        (await submitted.EndAsync()).ShouldBe("succeeded");
        submitted.Processing.ShouldContain("filter=a%26b");
        var status = (await site.Processes.GetStatusAsync(submitted.Id)).ShouldNotBeNull();
        (status.Type.ToString(), status.Title).ShouldBe((type, title));
        using var processing = await browser.GetAsync(submitted.Processing);
        processing.Header("Location").ShouldBe(submitted.Result);
        using var foreign = await site.Browse().GetAsync(submitted.Result);
        foreign.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Cancel_OfANamedHandlersProcess_EndsIt()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(async (_, _, token) =>
        {
            await gate.PassAsync(token);
            return null!;
        });
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/NamedOnly");
        var submitted = await browser.PostAsync("/NamedOnly/Send", Browser.Form(token));
        await gate.Entered;

        using var canceled = await browser.SendAsync(HttpMethod.Post, submitted.Cancel, Browser.Form(token));

        canceled.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        (await submitted.EndAsync()).ShouldBe("canceled");
    }

    [Theory]
    [InlineData("/Exports?handler=Export&filter=f", "/Exports", "export csv f  True True")]
    [InlineData("/NamedOnly/Send?filter=f", "/NamedOnly", "sent x")]
    public async Task FormOfAResult_WithoutAnAddress_IsSentToTheSameHandler(string address, string form, string expected)
    {
        await using var site = await Site.StartAsync((_, _, _) => Task.FromResult<IActionResult>(null!));
        using var browser = site.Browse();
        var first = await browser.PostAsync(address, Browser.Form(("format", "csv"), ("text", "x"), await browser.TokenFieldAsync(form)));
        var page = Browser.Parse(await first.ReadResultAsync());
        page.QuerySelector("#plain").ShouldNotBeNull().HasAttribute("action").ShouldBeFalse();

        var second = await browser.PostAsync(first.Result, Browser.Form(("format", "csv"), ("text", "x"), ("__RequestVerificationToken", Browser.TokenIn(page))));

        second.Id.ShouldNotBe(first.Id);
        Browser.Parse(await second.ReadResultAsync()).QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe(expected);
        (await site.Processes.GetStatusAsync(second.Id))!.Type.ShouldBe((await site.Processes.GetStatusAsync(first.Id))!.Type);
    }

    [Theory]
    [InlineData("/Exports?handler=Export", "/Exports", "/Exports?handler=Export")]
    [InlineData("/NamedOnly/Send", "/NamedOnly", "/NamedOnly/Send")]
    public async Task FormOfAResult_ForAHandler_HasThatHandlersAddress(string address, string form, string expected)
    {
        await using var site = await Site.StartAsync((_, _, _) => Task.FromResult<IActionResult>(null!));
        using var browser = site.Browse();

        var submitted = await browser.PostAsync(address, Browser.Form(("format", "csv"), await browser.TokenFieldAsync(form)));

        Browser.Parse(await submitted.ReadResultAsync()).QuerySelector("#named").ShouldNotBeNull().GetAttribute("action").ShouldBe(expected);
    }

    [Theory]
    [InlineData("/NamedOnly/result?page=2&filter=a%26b", HttpStatusCode.Found, "/NamedOnly?page=2&filter=a%26b")]
    [InlineData("/NamedOnly/processing?culture=de-DE", HttpStatusCode.Found, "/NamedOnly?culture=de-DE")]
    [InlineData("/NamedOnly/result", HttpStatusCode.BadRequest, null)]
    public async Task RelativeLink_OfAResultWithTheHandlerInItsPath_LeadsToThePage(string address, HttpStatusCode expected, string? location)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        using var response = await browser.GetAsync(address);

        (response.StatusCode, response.Header("Location")).ShouldBe((expected, location));
    }

    [Fact]
    public async Task SameForm_SentToTwoHandlers_StartsTwoProcesses()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Exports");

        var first = await browser.PostAsync("/Exports?handler=Export", Browser.Form(("format", "csv"), token));
        var again = await browser.PostAsync("/Exports?handler=Export", Browser.Form(("format", "csv"), token));
        var second = await browser.PostAsync("/Exports?handler=Nothing", Browser.Form(("format", "csv"), token));

        again.Id.ShouldBe(first.Id);
        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task Again_OfANamedHandlersProcess_RunsThatHandler()
    {
        var fails = true;
        await using var site = await Site.StartAsync((_, _, _) => fails ? throw new ArithmeticException() : Task.FromResult<IActionResult>(null!));
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/NamedOnly");
        var first = await browser.PostAsync("/NamedOnly/Send", Browser.Form(("text", "x"), token));
        (await first.EndAsync()).ShouldBe("failed");
        fails = false;

        var again = await browser.PostAsync(first.At("again"), Browser.Form(token));

        again.Id.ShouldNotBe(first.Id);
        Browser.Parse(await again.ReadResultAsync()).QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe("sent x");
    }

    [Fact]
    public async Task MyProcesses_OfANamedHandler_AreListedWithTheirAddresses()
    {
        await using var site = await Site.StartAsync(setup => setup.Endpoints = app => app.MapMyProcesses());
        using var browser = site.Browse();
        var submitted = await browser.PostAsync("/Exports?handler=Export", Browser.Form(("format", "csv"), await browser.TokenFieldAsync("/Exports")));
        await submitted.EndAsync();

        var list = await browser.OpenAsync("/my-processes");

        var link = list.QuerySelectorAll("a").Single(anchor => anchor.TextContent.Contains("Exports – Export")).GetAttribute("href")!;
        link.ShouldBe(submitted.Processing);
    }

    [Fact]
    public async Task Policies_OnTheHandler_AreItsOwn()
    {
        await using var site = await Site.StartAsync();
        var store = site.Services.GetRequiredService<IProcessStore>();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Exports");

        var export = await browser.PostAsync("/Exports?handler=Export", Browser.Form(("format", "csv"), token));
        var other = await browser.PostAsync("/Exports", Browser.Form([token]));

        var (marked, unmarked) = ((await store.FindAsync(export.Id))!, (await store.FindAsync(other.Id))!);
        (marked.Terms.MaxAttempts, marked.Terms.MaxStarts).ShouldBe((3, 4));
        (unmarked.Terms.MaxAttempts, unmarked.Terms.MaxStarts).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData("/NamedOnly")]
    [InlineData("/NamedOnly/unknown")]
    public async Task Post_ToAPageWithoutADefaultHandler_ShowsItAsInRazorPages(string address)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var posted = await browser.PostAsync(address, Browser.Form(await browser.TokenFieldAsync("/NamedOnly")));

        (await posted.Response.DocumentAsync(HttpStatusCode.OK)).QuerySelector("#outcome").ShouldNotBeNull().TextContent.ShouldBe("initial");
        (await site.Processes.ListAllAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task PageFilter_OfTheApplication_SeesTheHandlerInBothPasses()
    {
        var filter = new HandlerRecorder();
        await using var site = await Site.StartAsync(setup => setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.Filters.Add(filter)));
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Exports?handler=Export", Browser.Form(("format", "csv"), await browser.TokenFieldAsync("/Exports")));
        await submitted.ReadResultAsync();

        filter.Seen.ShouldBe(["Export format=csv", "Export format=csv"]);
    }

    private sealed class HandlerRecorder : IPageFilter
    {
        public List<string> Seen { get; } = [];

        public void OnPageHandlerSelected(PageHandlerSelectedContext context)
        {
        }

        public void OnPageHandlerExecuting(PageHandlerExecutingContext context)
        {
            if (context.HandlerArguments.TryGetValue("format", out var format))
                Seen.Add($"{context.HandlerMethod!.Name} format={format}");
        }

        public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
        {
        }
    }
}
