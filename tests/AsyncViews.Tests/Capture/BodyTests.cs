using System.Net;
using System.Net.Http.Headers;
using System.Text;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Capture;

/// <summary>The body of a submission is captured whole, or refused with a message.</summary>
public class BodyTests
{
    [Theory]
    [InlineData("/Small", 2000, HttpStatusCode.RequestEntityTooLarge, "larger than this site accepts")]
    [InlineData("/SmallTokenless", 2000, HttpStatusCode.RequestEntityTooLarge, "larger than this site accepts")]
    [InlineData("/Small", 10, HttpStatusCode.SeeOther, "")]
    public async Task Body_OverTheRequestLimit_IsRefusedWithAMessage(string path, int length, HttpStatusCode status, string message)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync(path);

        var submitted = await browser.PostAsync(path, Browser.Form(("Text", new string('x', length)), token));

        var text = await submitted.Response.TextAsync(status);
        text.ShouldContain(message);
        if (status != HttpStatusCode.SeeOther)
            Browser.Parse(text).QuerySelector(".validation-summary-errors").ShouldNotBeNull().TextContent.ShouldContain("Nothing was started.");
    }

    [Fact]
    public async Task Body_OverTheRequestLimitFromAJsonClient_Is413WithTheProblem()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/SmallTokenless", Browser.Form(("Text", new string('x', 2000))), ("Accept", "application/json"));

        (await submitted.Response.JsonAsync(HttpStatusCode.RequestEntityTooLarge)).GetProperty("status").GetInt32().ShouldBe(413);
        submitted.Response.Header("Content-Type").ShouldBe("application/problem+json");
    }

    [Fact]
    public async Task Form_OverTheFormLimits_Is400WithAMessage()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/FewFields");

        var submitted = await browser.PostAsync("/FewFields", Browser.Form(token, ("a", "1"), ("b", "2"), ("c", "3")));

        var page = await submitted.Response.DocumentAsync(HttpStatusCode.BadRequest);
        page.QuerySelector(".validation-summary-errors").ShouldNotBeNull().TextContent.ShouldContain("The form could not be read");
        site.Script.Runs.ShouldBe(0);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Form_ThatMiddlewareHasRead_IsCapturedWhole(bool buffered, bool multipart)
    {
        // As browsers write it: quotes percent-encoded, everything else in UTF-8.
        const string FileName = "a %22quoted%22 ü; b.bin";
        var bytes = Enumerable.Range(0, 150_000).Select(index => (byte)(index % 251)).ToArray();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Middleware = app => app.Use(next => async context =>
            {
                if (buffered)
                    context.Request.EnableBuffering();
                if (context.Request.HasFormContentType)
                    await context.Request.ReadFormAsync();
                await next(context);
            });
            setup.Run = async (page, _, token) =>
            {
                var bound = (BoundModel)page;
                if (bound.Upload is not { } upload)
                    return page.Content(string.Join("|", bound.Names));
                using var content = new MemoryStream();
                await upload.CopyToAsync(content, token);
                return page.Content($"{string.Join("|", bound.Names)} {upload.FileName} {upload.ContentType} {content.ToArray().AsSpan().SequenceEqual(bytes)}");
            };
        });
        using var browser = site.Browse();
        (string, string)[] fields = [("Names", "Zoë & Ann"), ("Names", "two\r\nlines"), await browser.TokenFieldAsync("/Bound")];
        var submitted = await browser.PostAsync("/Bound", multipart ? RawMultipart(fields, FileName, bytes) : Browser.Form(fields));

        (await submitted.ReadResultAsync()).ShouldBe(multipart
            ? $"Zoë & Ann|two\r\nlines {FileName} application/x-test True"
            : "Zoë & Ann|two\r\nlines");
    }

    [Fact]
    public async Task Body_ThatIsNoForm_IsReadByTheRun()
    {
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            using var reader = new StreamReader(page.Request.Body);
            return page.Content($"{page.Request.ContentType}: {await reader.ReadToEndAsync(token)}");
        });
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Tokenless", new StringContent("""{"a":1}""", Encoding.UTF8, "application/json"));

        (await submitted.ReadResultAsync()).ShouldBe("""application/json; charset=utf-8: {"a":1}""");
    }

    [Fact]
    public async Task Body_OfAFormWithSeveralFiles_IsReadFromItsBeginning()
    {
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            using var reader = new StreamReader(page.Request.Body);
            return page.Content(await reader.ReadToEndAsync(token));
        });
        using var browser = site.Browse();
        var form = Browser.Multipart([("Text", "x")], ("one", "1.txt", "first"u8.ToArray()), ("two", "2.txt", "second"u8.ToArray()));
        var sent = await form.ReadAsStringAsync();

        var submitted = await browser.PostAsync("/Tokenless", form);

        (await submitted.ReadResultAsync()).ShouldBe(sent);
    }

    [Fact]
    public async Task Body_OfUnknownLength_IsCapturedWhole()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
            Task.FromResult<IActionResult>(page.Content($"{page.Request.ContentLength} {((TokenlessModel)page).Text}")));
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Tokenless", Browser.Form(("Text", "chunked")), ("Transfer-Encoding", "chunked"));

        (await submitted.ReadResultAsync()).ShouldBe("12 chunked");
    }

    [Fact]
    public async Task NoBody_OfAPost_RunsWithoutOne()
    {
        await using var site = await Site.StartAsync((page, _, _) => Task.FromResult<IActionResult>(page.Content($"{page.Request.ContentLength}")));
        using var browser = site.Browse();

        var submitted = new Submitted(browser, await browser.SendAsync(HttpMethod.Post, "/Tokenless", null));

        (await submitted.ReadResultAsync()).ShouldBe("0");
    }

    /// <summary>HttpClient's own multipart content writes names in ways of its own; this is a browser's.</summary>
    private static ByteArrayContent RawMultipart(IEnumerable<(string Name, string Value)> fields, string fileName, byte[] bytes)
    {
        const string Boundary = "----boundary";
        var head = new StringBuilder();
        foreach (var (name, value) in fields)
            head.Append($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        head.Append($"--{Boundary}\r\nContent-Disposition: form-data; name=\"Upload\"; filename=\"{fileName}\"\r\nContent-Type: application/x-test\r\n\r\n");
        byte[] body = [.. Encoding.UTF8.GetBytes(head.ToString()), .. bytes, .. Encoding.UTF8.GetBytes($"\r\n--{Boundary}--\r\n")];
        return new ByteArrayContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={Boundary}") } };
    }
}
