using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.Extensions.Primitives;

namespace AsyncViews.Tests.Capture;

/// <summary>A form that something has read before the page reaches the run as it came.</summary>
public class FormReadBeforeTests
{
    private const string UrlEncoded = "application/x-www-form-urlencoded";
    private const string Multipart = "multipart/form-data; boundary=bound";

    public static TheoryData<string> UrlEncodedBodies =>
    [
        "Map%5B%22k%22%5D=v&a%0Ab=1",
        "Map%5Bx%5D=a%2Bb+%2541%26%3D&Map%5Be%5D=",
        "a=1&a=2&a=&b=*-._%7E%21%28%29%27",
        "text=two%0D%0Alines&emoji=%F0%9F%98%80+%C3%BC",
        string.Join('&', Enumerable.Range(0, 900).Select(index => $"Multi={index}")),
    ];

    [Theory]
    [MemberData(nameof(UrlEncodedBodies))]
    public async Task UrlEncodedForm_StaysByteForByteWhatItWas(string body)
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Tokenless", Raw(Encoding.UTF8.GetBytes(body), UrlEncoded));

        (await submitted.ReadResultAsync()).ShouldStartWith($"{UrlEncoded}\n{body}\n");
    }

    [Theory]
    [InlineData("iso-8859-1", "name=gr%C3%BC%C3%9Fe&%22%0A=%E4")]
    [InlineData("utf-16", "name=gr%C3%BC%C3%9Fe&a=%2B+b")]
    public async Task UrlEncodedForm_InAnotherCharacterSet_ReadsAsItWasRead(string charset, string body)
    {
        await using var site = await StartAsync();
        await using var plain = await StartAsync(readsBefore: false);
        var type = $"{UrlEncoded}; charset={charset}";

        (await FormOfRunAsync(site, Encoding.GetEncoding(charset).GetBytes(body), type))
            .ShouldBe(await FormOfRunAsync(plain, Encoding.GetEncoding(charset).GetBytes(body), type));
    }

    [Theory]
    [InlineData("""Content-Disposition: form-data; name="Map[\"k\"]" """)]
    [InlineData("""Content-Disposition: form-data; name="q%22n%0A" """)]
    [InlineData("""Content-Disposition: form-data; name="a\\b" """)]
    [InlineData("Content-Disposition: form-data; name=\"a\nb\"")]
    [InlineData("""Content-Disposition: form-data; name="ключ😀" """)]
    [InlineData("Content-Disposition: form-data; name=plain")]
    [InlineData("Content-Disposition: form-data; name=\"Map[k]\"\r\nContent-Type: text/plain; charset=iso-8859-1")]
    [InlineData("""Content-Disposition: form-data; name="Uploads"; filename="a%22b%22.csv" """)]
    [InlineData("""Content-Disposition: form-data; name="Uploads"; filename="a\"b\".csv" """)]
    [InlineData("""Content-Disposition: form-data; name="Uploads"; filename="fallback.csv"; filename*=UTF-8''%e2%82%ac%20%22rates%22%0A.csv""")]
    [InlineData("""Content-Disposition: form-data; name="Uploads"; filename*=UTF-8''na%C3%AFve%20file.txt""")]
    [InlineData("Content-Disposition: form-data; name=Uploads; filename=a.csv\r\nContent-Type: text/csv; header=present\r\nX-Part: 1")]
    [InlineData("""Content-Disposition: form-data; name="Up\"loads"; filename="C:\\Users\\ann\\a;b=c.csv" """)]
    [InlineData("""Content-Disposition: form-data; name="Bericht"; filename="Bericht 😀 Ü.csv" """)]
    public async Task MultipartForm_ReadsAsItWasRead(string header)
    {
        await using var site = await StartAsync();
        await using var plain = await StartAsync(readsBefore: false);
        var body = Encoding.UTF8.GetBytes($"--bound\r\n{header}\r\n\r\nline1\r\nline2 --bound ü\r\n--bound\r\nContent-Disposition: form-data; name=\"After\"\r\n\r\n1\r\n--bound--\r\n");

        var expected = await FormOfRunAsync(plain, body, Multipart);

        expected.ShouldContain("line2");
        (await FormOfRunAsync(site, body, Multipart)).ShouldBe(expected);
    }

    [Fact]
    public async Task MultipartForm_WhoseValueIsTheBoundaryInAnotherCharacterSet_GainsNoField()
    {
        await using var site = await StartAsync();
        byte[] body =
        [
            .. "--bound\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=utf-16\r\n\r\n"u8,
            .. Encoding.Unicode.GetBytes("x\r\n--bound\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nsmuggled"),
            .. "\r\n--bound--\r\n"u8,
        ];

        (await FormOfRunAsync(site, body, Multipart)).ShouldNotContain("\"b\"");
    }

    [Fact]
    public async Task Form_ThatTheApplicationSet_IsTheRuns()
    {
        await using var site = await StartAsync(setAsync: context =>
        {
            var file = new FormFile(new MemoryStream("content"u8.ToArray()), 0, 7, "Upload", "a \"b\"\n.txt");
            context.Request.Form = new FormCollection(new Dictionary<string, StringValues> { ["k"] = new(["1", "2"]) }, new FormFileCollection { file });
            return Task.CompletedTask;
        });

        (await FormOfRunAsync(site, "{}"u8.ToArray(), "application/json")).ShouldBe(
            """[["k",["1","2"]],["Upload","a \u0022b\u0022\n.txt","content"]]""");
    }

    /// <summary>An audit, say, makes the body readable again when its bytes are gone.</summary>
    [Theory]
    [InlineData(UrlEncoded, "k=1&k=2")]
    [InlineData(Multipart, "--bound\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n1\r\n--bound\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n2\r\n--bound--\r\n")]
    public async Task Form_ReadBeforeItsBodyWasBuffered_IsTheRuns(string contentType, string body)
    {
        await using var site = await StartAsync(setAsync: async context =>
        {
            await context.Request.ReadFormAsync();
            context.Request.EnableBuffering();
        });

        (await FormOfRunAsync(site, Encoding.UTF8.GetBytes(body), contentType)).ShouldBe("""[["k",["1","2"]]]""");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Form_ThatTheApplicationCleaned_IsTheRunsThoughItsBodyCanBeReadAgain(bool isSameBefore)
    {
        var body = "--bound\r\nContent-Disposition: form-data; name=\"Upload\"; filename=\"a.txt\"\r\n\r\nraw\r\n--bound--\r\n";
        await using var site = await StartAsync(buffers: true, setAsync: async context =>
        {
            if (isSameBefore)
                await context.Request.ReadFormAsync();
            var file = new FormFile(new MemoryStream("new"u8.ToArray()), 0, 3, "Upload", "a.txt");
            context.Request.Form = new FormCollection([], new FormFileCollection { file });
        });

        (await FormOfRunAsync(site, Encoding.UTF8.GetBytes(body), Multipart)).ShouldBe("""[["Upload","a.txt","new"]]""");
    }

    [Fact]
    public async Task Body_ThatCanBeReadAgain_IsByteForByteTheRunsAndStaysReadable()
    {
        var body = "--bound\r\nContent-Disposition: form-data; name=\"b\"; filename=\"b\"\r\n\r\nB\r\n--bound\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--bound--\r\n";
        await using var site = await StartAsync(buffers: true);
        using var browser = site.Browse();

        var submitted = await browser.PostAsync("/Tokenless", Raw(Encoding.UTF8.GetBytes(body), Multipart));

        (await submitted.ReadResultAsync()).ShouldStartWith($"{Multipart}\n{body}\n");
        submitted.Response.Header("X-Read").ShouldBe($"{body.Length}");
    }

    private static async Task<string> FormOfRunAsync(Site site, byte[] body, string contentType)
    {
        using var browser = site.Browse();
        var submitted = await browser.PostAsync("/Tokenless", Raw(body, contentType), ("Idempotency-Key", "once"));
        var result = await submitted.ReadResultAsync();
        return result[(result.LastIndexOf('\n') + 1)..];
    }

    /// <summary>The run answers with content type, body, and form as JSON, a line each.</summary>
    private static Task<Site> StartAsync(bool readsBefore = true, bool buffers = false, Func<HttpContext, Task>? setAsync = null) => Site.StartAsync(setup =>
    {
        setup.Middleware = app => app.Use(next => async context =>
        {
            if (buffers)
                context.Request.EnableBuffering();
            if (setAsync is not null && HttpMethods.IsPost(context.Request.Method))
                await setAsync(context);
            else if (readsBefore && context.Request.HasFormContentType)
                await context.Request.ReadFormAsync();
            await next(context);
        });
        if (buffers)
            setup.Pages = pages => pages.Conventions.ConfigureFilter(new ReadsAgain());
        setup.Run = async (page, _, token) =>
        {
            var form = await page.Request.ReadFormAsync(token);
            page.Request.Body.Position = 0;
            using var reader = new StreamReader(page.Request.Body);
            var body = await reader.ReadToEndAsync(token);
            var parsed = new List<object>();
            foreach (var (name, values) in form)
                parsed.Add(new object[] { name, values.ToArray() });
            foreach (var file in form.Files)
            {
                using var content = new StreamReader(file.OpenReadStream());
                var headers = file.Headers.Where(header => header.Key != "Content-Disposition").Select(header => $"{header.Key}: {header.Value}");
                parsed.Add(new object[] { file.Name, file.FileName, await content.ReadToEndAsync(token) + string.Concat(headers) });
            }

            return page.Content($"{page.Request.ContentType}\n{body}\n{JsonSerializer.Serialize(parsed)}");
        };
    });

    private static ByteArrayContent Raw(byte[] body, string contentType) =>
        new(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };

    /// <summary>Checks a signature of the body, say.</summary>
    private sealed class ReadsAgain : IAsyncResourceFilter
    {
        public async Task OnResourceExecutionAsync(
            ResourceExecutingContext context, ResourceExecutionDelegate next)
        {
            if (context.HttpContext.Features.Get<ProcessContext>() is null && HttpMethods.IsPost(context.HttpContext.Request.Method))
            {
                var body = context.HttpContext.Request.Body;
                body.Position = 0;
                using var bytes = new MemoryStream();
                await body.CopyToAsync(bytes);
                body.Position = 0;
                context.HttpContext.Response.Headers["X-Read"] = $"{bytes.Length}";
            }

            await next();
        }
    }
}
