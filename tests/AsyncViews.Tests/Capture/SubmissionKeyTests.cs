using System.Text;
using AsyncViews.Capture;
using AsyncViews.Storage.InMemory;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AsyncViews.Tests.Capture;

/// <summary>Two POSTs are the same submission if nothing that a person has sent differs.</summary>
public sealed class SubmissionKeyTests : IDisposable
{
    private readonly InMemoryProcessStore _store = new(Options.Create(new AsyncViewsOptions()), TimeProvider.System);
    private readonly AntiforgeryOptions _antiforgery = new() { FormFieldName = "token", HeaderName = "X-Token" };

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task SamePost_HasTheSameKey()
    {
        var (key, isIdempotencyKey) = await KeyOfAsync(Form());

        (await KeyOfAsync(Form())).ShouldBe((key, false));
        key.ShouldNotBeNull();
        isIdempotencyKey.ShouldBeFalse();
    }

    [Fact]
    public async Task Post_WithNeitherTokenNorIdempotencyKey_HasNone()
    {
        (await KeyOfAsync(Form(token: null))).ShouldBe((null, false));
        (await KeyOfAsync(Form(token: ""))).ShouldBe((null, false));
        (await KeyOfAsync(Json("{}"))).ShouldBe((null, false));
    }

    [Fact]
    public async Task Post_ThatDiffersInAnything_HasAnotherKey()
    {
        var page = ProcessType.OfPage("/Other");
        (string? Key, bool)[] keys =
        [
            await KeyOfAsync(Form()),
            await KeyOfAsync(Form(), owner: "ben"),
            await KeyOfAsync(Form(), type: page),
            await KeyOfAsync(Form(path: "/report/2")),
            await KeyOfAsync(Form(query: "?year=2")),
            await KeyOfAsync(Form(token: "another")),
            await KeyOfAsync(Form(fields: [("name", "Ann"), ("year", "2")])),
            await KeyOfAsync(Form(fields: [("name", "Anny"), ("ear", "1")])),
            await KeyOfAsync(Form(fields: [("name", new(["Ann", "1"]))])),
            await KeyOfAsync(Form(fields: [])),
            await KeyOfAsync(Form(files: [])),
            await KeyOfAsync(Form(files: [File("photo", "a.png", "image/png", "THE BYTES")])),
            await KeyOfAsync(Form(files: [File("photo", "a.png", "image/png", "the byte")])),
            await KeyOfAsync(Form(files: [File("photo", "b.png", "image/png", "the bytes")])),
            await KeyOfAsync(Form(files: [File("scan", "a.png", "image/png", "the bytes")])),
            await KeyOfAsync(Form(files: [File("photo", "a.png", "image/gif", "the bytes")])),
            await KeyOfAsync(Form(files: [File("photo", "a.png", "image/png", "the bytes"), File("photo", "a.png", "image/png", "the bytes")])),
            await KeyOfAsync(Json("{}", token: "one")),
            await KeyOfAsync(Json("[]", token: "one")),
        ];

        keys.ShouldAllBe(key => key.Key != null);
        keys.Distinct().Count().ShouldBe(keys.Length);
    }

    [Fact]
    public async Task Token_InTheHeader_IsAsGoodAsInTheForm()
    {
        (await KeyOfAsync(Json("{}", token: "one"))).ShouldBe(await KeyOfAsync(Json("{}", token: "one")));
        (await KeyOfAsync(Json("{}", token: "one"))).Key.ShouldNotBe((await KeyOfAsync(Json("{}", token: "two"))).Key);
        _antiforgery.HeaderName = null;

        (await KeyOfAsync(Json("{}", token: "one"))).ShouldBe((null, false));
        (await KeyOfAsync(Form())).Key.ShouldNotBeNull();
    }

    [Fact]
    public async Task IdempotencyKey_StandsForThePost_WhateverTheTokenIs()
    {
        var (key, isIdempotencyKey) = await KeyOfAsync(WithKey(Form(), "k"));

        isIdempotencyKey.ShouldBeTrue();
        (await KeyOfAsync(WithKey(Form(token: "another"), "k"))).ShouldBe((key, true));
        (await KeyOfAsync(WithKey(Form(token: null), "k"))).ShouldBe((key, true));
        (await KeyOfAsync(WithKey(Form(), "other"))).Key.ShouldNotBe(key);
        (await KeyOfAsync(WithKey(Form(fields: []), "k"))).Key.ShouldNotBe(key);
        (await KeyOfAsync(WithKey(Json("{}"), "k"))).IsIdempotencyKey.ShouldBeTrue();
    }

    [Fact]
    public async Task File_WithoutHeaders_IsNoFault()
    {
        var file = new FormFile(new MemoryStream("the bytes"u8.ToArray()), 0, 9, "photo", "a.png");

        (await KeyOfAsync(Form(files: [file]))).Key.ShouldNotBeNull();
    }

    private async Task<(string? Key, bool IsIdempotencyKey)> KeyOfAsync(HttpContext context, string owner = "ann", ProcessType? type = null)
    {
        await using var body = _store.CreateContent();
        await context.Request.Body.CopyToAsync(body, TestContext.Current.CancellationToken);
        await body.CompleteAsync(TestContext.Current.CancellationToken);
        return await new SubmissionKey(Options.Create(_antiforgery)).ComputeAsync(context, owner, type ?? ProcessType.OfPage("/Report"), body, TestContext.Current.CancellationToken);
    }

    private static DefaultHttpContext Form(
        string? token = "one", string path = "/report/1", string query = "?year=1", (string Name, StringValues Values)[]? fields = null, IFormFile[]? files = null)
    {
        var values = (fields ?? [("name", "Ann"), ("year", "1")]).ToDictionary(field => field.Name, field => field.Values);
        if (token is not null)
            values["token"] = token;
        var context = new DefaultHttpContext();
        (context.Request.Path, context.Request.QueryString) = (path, new QueryString(query));
        context.Request.ContentType = "multipart/form-data; boundary=b";
        FormFileCollection sent = [.. files ?? [File("photo", "a.png", "image/png", "the bytes")]];
        context.Request.Form = new FormCollection(values, sent);
        return context;
    }

    private static DefaultHttpContext Json(string body, string? token = null)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = "application/json";
        context.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(body));
        if (token is not null)
            context.Request.Headers["X-Token"] = token;
        return context;
    }

    private static DefaultHttpContext WithKey(DefaultHttpContext context, string key)
    {
        context.Request.Headers[SubmissionKey.Header] = key;
        return context;
    }

    private static FormFile File(string name, string fileName, string contentType, string content) =>
        new(new MemoryStream(Encoding.UTF8.GetBytes(content)), 0, Encoding.UTF8.GetByteCount(content), name, fileName) { Headers = new HeaderDictionary { ["Content-Type"] = contentType } };
}
