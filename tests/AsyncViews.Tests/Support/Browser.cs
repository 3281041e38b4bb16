using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace AsyncViews.Tests.Support;

/// <summary>One person's HTTP client: cookies are kept, redirects are seen.</summary>
internal sealed class Browser : IDisposable
{
    private readonly HttpClient _client;

    public Browser(Uri root, bool http2 = false)
    {
        var handler = new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false, RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        _client = new HttpClient(handler) { BaseAddress = root, Timeout = TimeSpan.FromMinutes(2) };
        if (http2)
            (_client.DefaultRequestVersion, _client.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
    }

    public CookieContainer Cookies { get; } = new();

    public static IHtmlDocument Parse(string html) => new HtmlParser().ParseDocument(html);

    public Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>Any request; it asks for HTML unless the headers say otherwise.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content, Version = _client.DefaultRequestVersion, VersionPolicy = _client.DefaultVersionPolicy };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();
        if (request.Headers.Accept.Count == 0)
            request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");
        return await _client.SendAsync(request);
    }

    public async Task<IHtmlDocument> OpenAsync(string path)
    {
        using var response = await GetAsync(path);
        return await response.DocumentAsync(HttpStatusCode.OK);
    }

    /// <summary>The antiforgery token of the form at an address.</summary>
    public async Task<string> TokenAsync(string path) => TokenIn(await OpenAsync(path));

    public static string TokenIn(IHtmlDocument page) =>
        page.QuerySelector("form input[name=__RequestVerificationToken]").ShouldNotBeNull().GetAttribute("value")!;

    /// <summary>Opens the form at an address, and sends it with these fields.</summary>
    public async Task<Submitted> SubmitAsync(string path, params (string Name, string Value)[] fields) =>
        await PostAsync(path, Form([.. fields, await TokenFieldAsync(path)]));

    public async Task<Submitted> PostAsync(string path, HttpContent content, params (string Name, string Value)[] headers) =>
        new(this, await SendAsync(HttpMethod.Post, path, content, headers));

    public static FormUrlEncodedContent Form(params IEnumerable<(string Name, string Value)> fields) =>
        new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));

    public async Task SignInAsync(string name, bool staff = false)
    {
        using var response = await GetAsync($"/sign-in/{name}{(staff ? "?staff=1" : "")}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    public async Task SignOutAsync()
    {
        using var response = await GetAsync("/sign-out");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>A multipart form as browsers send it.</summary>
    public static MultipartFormDataContent Multipart(IEnumerable<(string Name, string Value)> fields, params IEnumerable<(string Name, string FileName, byte[] Bytes)> files)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            content.Add(new StringContent(value), name);
        foreach (var (name, fileName, bytes) in files)
            content.Add(new ByteArrayContent(bytes), name, fileName);
        return content;
    }

    /// <summary>A field with the token of the form at an address.</summary>
    public async Task<(string Name, string Value)> TokenFieldAsync(string path) => ("__RequestVerificationToken", await TokenAsync(path));

    public void Dispose() => _client.Dispose();
}
