using System.IO.Compression;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Running.Replay;

/// <summary>Switches and limits of a POST are those of its run.</summary>
public class SurroundingsTests
{
    [Fact]
    public async Task SynchronousWriting_ThatTheResultAllows_IsRecorded()
    {
        await using var site = await Site.StartAsync((_, _, _) => Task.FromResult<IActionResult>(new ZipResult()));
        using var browser = site.Browse();

        using var result = await (await browser.SubmitAsync("/Work")).OpenResultAsync();

        result.Header("Content-Type").ShouldBe("application/zip");
        await using var zip = new ZipArchive(await result.Content.ReadAsStreamAsync());
        using var entry = new StreamReader(await zip.Entries.Single().OpenAsync());
        (await entry.ReadToEndAsync()).ShouldBe("a");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SynchronousReadingAndWriting_AllowedAtThePost_IsAllowedInTheRun(bool isAllowed)
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Middleware = app => app.Use(next => context =>
            {
                context.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = isAllowed;
                return next(context);
            });
            setup.Run = (page, _, _) =>
            {
                page.Response.Body.Write("written"u8);
                page.Response.Body.Flush();
                return Task.FromResult<IActionResult>(new EmptyResult());
            };
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.EndAsync()).ShouldBe(isAllowed ? "succeeded" : "failed");

        if (isAllowed)
            (await submitted.ReadResultAsync()).ShouldBe("written");
        else
            site.Log.Entries.Single(entry => entry.Exception is not null).Exception!.Message.ShouldContain("AllowSynchronousIO");
    }

    [Theory]
    [InlineData("attribute", false)]
    [InlineData("attribute", true)]
    [InlineData("middleware", false)]
    [InlineData("middleware", true)]
    [InlineData("read before", false)]
    [InlineData("read before", true)]
    [InlineData("options", false)]
    public async Task FormLimits_ThatThePostHad_AreEnoughForTheRun(string raisedBy, bool multipart)
    {
        var raised = new FormOptions { ValueCountLimit = 3000, ValueLengthLimit = 8 << 20, MultipartBodyLengthLimit = 1L << 30 };
        await using var site = await Site.StartAsync(setup =>
        {
            if (raisedBy == "attribute")
                setup.Pages = pages => pages.Conventions.ConfigureFilter(new RequestFormLimitsAttribute { ValueCountLimit = 3000, ValueLengthLimit = 8 << 20 });
            if (raisedBy == "options")
                setup.Services = services => services.Configure<FormOptions>(options => (options.ValueCountLimit, options.ValueLengthLimit) = (3000, 8 << 20));
            if (raisedBy is "middleware" or "read before")
                setup.Middleware = app => app.Use(next => async context =>
                {
                    if (HttpMethods.IsPost(context.Request.Method))
                        context.Features.Set<IFormFeature>(new FormFeature(context.Request, raised));
                    if (HttpMethods.IsPost(context.Request.Method) && raisedBy == "read before")
                        await context.Request.ReadFormAsync();
                    await next(context);
                });
            setup.Run = (page, _, _) => Task.FromResult<IActionResult>(page.Content($"{page.Request.Form.Count} {page.Request.Form["long"].ToString().Length} {page.ModelState.IsValid}"));
        });
        using var browser = site.Browse();
        (string, string)[] fields = [.. Enumerable.Range(0, 2000).Select(index => ($"f{index}", "1")), ("long", new string('x', 5 << 20))];

        var submitted = await browser.PostAsync("/Tokenless", multipart ? Browser.Multipart(fields) : new StringContent(
            string.Join('&', fields.Select(field => $"{field.Item1}={field.Item2}")), System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded")));

        (await submitted.ReadResultAsync()).ShouldBe($"2001 {5 << 20} True");
    }

    /// <summary>Works as the result of a plain page on the server's defaults.</summary>
    private sealed class ZipResult : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context)
        {
            var http = context.HttpContext;
            http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
            http.Response.ContentType = "application/zip";
            using var zip = new ZipArchive(http.Response.Body, ZipArchiveMode.Create, leaveOpen: true);
            using var entry = zip.CreateEntry("a.txt").Open();
            entry.Write("a"u8);
            return Task.CompletedTask;
        }
    }
}
