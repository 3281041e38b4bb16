using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using AsyncViews.Benchmarks.Pages;

namespace AsyncViews.Benchmarks.Load;

/// <summary>One browser: its cookies and its form's token, good for every page of the server.</summary>
internal sealed partial class Person : IDisposable
{
    private const string TokenField = "__RequestVerificationToken";
    private static int _number;

    private readonly CookieContainer _cookies = new();
    private readonly Uri _root;
    private string _token = "";

    private Person(Uri root, bool http2)
    {
        _root = root;
        var handler = new SocketsHttpHandler { CookieContainer = _cookies, AllowAutoRedirect = false, EnableMultipleHttp2Connections = true };
        Client = new HttpClient(handler) { BaseAddress = root, Timeout = TimeSpan.FromMinutes(10) };
        if (http2)
            (Client.DefaultRequestVersion, Client.DefaultVersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
    }

    public HttpClient Client { get; }

    /// <summary>Somebody who has opened the form.</summary>
    public static async Task<Person> ArriveAsync(Uri root, bool http2 = false)
    {
        var person = new Person(root, http2);
        person._token = TokenPattern().Match(await person.Client.GetStringAsync("/Work")).Groups[1].Value;
        return person;
    }

    public static int NextNumber() => Interlocked.Increment(ref _number);

    /// <summary>The bytes of POSTs to a page; each is another submission, of a new owner: one of them never has thousands under way.</summary>
    public Func<ReadOnlyMemory<byte>> Posts(string path, WorkKind kind)
    {
        var body = Encoding.ASCII.GetBytes($"Input.Name=benchmark&Input.Kind={kind}&Input.Number=0000000000&Input.Sent=0000000000000000000&{TokenField}={_token}");
        var request = Head("POST", path, $"Accept: text/html,*/*;q=0.8\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n", [.. body], isNew: true);
        var number = request.AsMemory(request.AsSpan().IndexOf("Number="u8) + "Number=".Length, 10);
        var sent = request.AsMemory(request.AsSpan().IndexOf("Sent="u8) + "Sent=".Length, 19);
        return () =>
        {
            NextNumber().TryFormat(number.Span, out _, "D10");
            Stopwatch.GetTimestamp().TryFormat(sent.Span, out _, "D19");
            return request;
        };
    }

    /// <summary>The bytes of a GET.</summary>
    public ReadOnlyMemory<byte> Get(string path, string headers) => Head("GET", path, headers, [], isNew: false);

    /// <summary>The bytes of a POST of the token alone, by the same person.</summary>
    public ReadOnlyMemory<byte> Post(string path)
    {
        var body = Encoding.ASCII.GetBytes($"{TokenField}={_token}");
        return Head("POST", path, $"Accept: text/html,*/*;q=0.8\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n", body, isNew: false);
    }

    /// <summary>Submits the form, and tells where the answer leads.</summary>
    public async Task<string> SubmitAsync(string path, WorkKind kind, int? number = null)
    {
        using var content = new FormUrlEncodedContent(
        [
            new("Input.Name", "benchmark"), new("Input.Kind", kind.ToString()), new("Input.Number", (number ?? NextNumber()).ToString()),
            new("Input.Sent", Stopwatch.GetTimestamp().ToString()), new(TokenField, _token),
        ]);
        using var response = await Client.PostAsync(path, content);
        return response.Headers.Location?.OriginalString
            ?? throw new InvalidOperationException($"POST {path} was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Uploads a file of so many bytes to a page.</summary>
    public async Task UploadAsync(string path, Stream file)
    {
        using var content = new MultipartFormDataContent
        {
            { new StringContent(_token), TokenField },
            { new StreamContent(file, 64 * 1024), "Upload", $"{NextNumber()}.bin" },
        };
        using var response = await Client.PostAsync(path, content);
        if (response.Headers.Location is null)
            throw new InvalidOperationException($"The upload was answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Asks until the result is there.</summary>
    public async Task ResultAsync(string processing)
    {
        var began = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(60))
        {
            using var response = await Client.GetAsync(processing.Replace("handler=processing", "handler=result", StringComparison.Ordinal));
            if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Found)
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException("A result did not come.");
    }

    /// <summary>The address that a waiting page polls: it says what the page shows.</summary>
    public async Task<string> PollAddressAsync(string processing) => PollIn(await Client.GetStringAsync(processing))!;

    public static string? PollIn(string html) => Find(PollPattern(), html);

    /// <summary>The address of the result, once the run has ended.</summary>
    public static string? ResultIn(string html) => Find(ResultPattern(), html);

    /// <summary>Polls as a browser's page does.</summary>
    public async Task<HttpResponseMessage> PollAsync(string address, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = Client.DefaultRequestVersion, VersionPolicy = Client.DefaultVersionPolicy };
        request.Headers.Add("HX-Request", "true");
        return await Client.SendAsync(request, cancellationToken);
    }

    public void Dispose() => Client.Dispose();

    private static string? Find(Regex pattern, string html) => pattern.Match(html) is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    private byte[] Head(string method, string path, string headers, byte[] body, bool isNew) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {_root.Authority}\r\nUser-Agent: Mozilla/5.0\r\nAccept-Language: en\r\n" +
            $"Cookie: {Cookies(isNew)}\r\n{headers}\r\n"),
        .. body,
    ];

    private string Cookies(bool isNew) => string.Join(
        "; ", _cookies.GetCookies(_root).Where(cookie => !isNew || !cookie.Name.StartsWith("AsyncViews.Owner", StringComparison.Ordinal)));

    [GeneratedRegex($"name=\"{TokenField}\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex TokenPattern();

    [GeneratedRegex("content=\"0;url=([^\"]+)\"")]
    private static partial Regex ResultPattern();

    [GeneratedRegex("data-hx-get=\"([^\"]+)\"")]
    private static partial Regex PollPattern();
}
