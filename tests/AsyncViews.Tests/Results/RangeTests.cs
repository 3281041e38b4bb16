using System.Net;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Results;

/// <summary>A result is a file to HTTP: parts of it, whether it changed, how long it is.</summary>
public class RangeTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 200_000).Select(index => (byte)(index % 251))];

    [Theory]
    [InlineData("bytes=0-9", 0, 10)]
    [InlineData("bytes=65530-65545", 65530, 16)]
    [InlineData("bytes=199990-", 199990, 10)]
    [InlineData("bytes=-5", 199995, 5)]
    public async Task Range_OfAResult_Is206WithThatPart(string range, int start, int length)
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        using var response = await (await browser.SubmitAsync("/Work")).OpenResultAsync(("Range", range));

        response.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        response.Header("Content-Range").ShouldBe($"bytes {start}-{start + length - 1}/{Bytes.Length}");
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(Bytes[start..(start + length)]);
    }

    /// <summary>A program that fetches a part shows its person nothing, nor keeps their cookies.</summary>
    [Fact]
    public async Task Range_OfAResult_LeavesItsCookiesToThePerson()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            page.Response.Cookies.Append("taste", "sweet");
            page.TempData["Message"] = "Baked";
            return Task.FromResult<IActionResult>(page.File(Bytes, "application/octet-stream"));
        });
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        using var part = await browser.GetAsync(submitted.Result, ("Range", "bytes=0-9"));
        using var whole = await browser.GetAsync(submitted.Result);

        part.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        part.Headers.Contains("Set-Cookie").ShouldBeFalse();
        whole.Headers.GetValues("Set-Cookie").ShouldContain(cookie => cookie.StartsWith("taste=sweet"));
    }

    [Fact]
    public async Task Range_BehindTheEnd_Is416()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();

        using var response = await (await browser.SubmitAsync("/Work")).OpenResultAsync(("Range", "bytes=200000-"));

        response.StatusCode.ShouldBe(HttpStatusCode.RequestedRangeNotSatisfiable);
        response.Header("Content-Range").ShouldBe("bytes */200000");
    }

    [Fact]
    public async Task IfNoneMatch_WithTheETag_Is304()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        using var response = await submitted.OpenResultAsync();

        using var again = await browser.GetAsync(submitted.Result, ("If-None-Match", response.Header("ETag").ShouldNotBeNull()));
        using var other = await browser.GetAsync(submitted.Result, ("If-None-Match", "\"other\""));

        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Header("Last-Modified").ShouldNotBeNull();
    }

    [Fact]
    public async Task Head_OfAResult_IsItsHeadersWithoutItsBody()
    {
        await using var site = await StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        using var head = await browser.SendAsync(HttpMethod.Head, submitted.Result, null);
        using var get = await browser.GetAsync(submitted.Result);

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        head.Content.Headers.ContentLength.ShouldBe(Bytes.Length);
        head.Content.Headers.ContentDisposition.ShouldNotBeNull().FileName.ShouldBe("numbers.bin");
        (await head.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        (await get.Content.ReadAsByteArrayAsync()).ShouldBe(Bytes);
    }

    [Fact]
    public async Task Head_OfAnErrorStatus_HasItsLengthAndNoBody()
    {
        await using var site = await Site.StartAsync((_, _, _) =>
            Task.FromResult<IActionResult>(new ContentResult { StatusCode = 404, Content = "none" }));
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        using var head = await browser.SendAsync(HttpMethod.Head, submitted.Result, null);

        head.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        head.Content.Headers.ContentLength.ShouldBe(4);
    }

    private static Task<Site> StartAsync() => Site.StartAsync((page, _, _) =>
        Task.FromResult<IActionResult>(page.File(Bytes, "application/octet-stream", "numbers.bin")));
}
