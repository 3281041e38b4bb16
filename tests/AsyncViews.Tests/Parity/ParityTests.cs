using System.Net;
using System.Text.RegularExpressions;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Parity;

/// <summary>
/// A page and its twin, an ordinary page with the same handler, get the same requests. What the process of the one results
/// in is what the other answers.
/// </summary>
public sealed partial class ParityTests(ParitySites sites) : IClassFixture<ParitySites>
{
    /// <summary>The headers that a result has besides its page's own, and those that tell one answer from the next.</summary>
    private static readonly Dictionary<string, string> Intended = new()
    {
        ["Cache-Control"] = "A result belongs to its owner: no cache keeps it.",
        ["Pragma"] = "As Cache-Control.",
        ["Expires"] = "As Cache-Control.",
        ["Referrer-Policy"] = "Other sites do not learn the address of a result.",
        ["X-Robots-Tag"] = "Results are not for search engines.",
        ["X-Content-Type-Options"] = "A result is what its page says that it is.",
        ["Accept-Ranges"] = "A kept result can be fetched in parts.",
        ["ETag"] = "A kept result can be asked for again.",
        ["Last-Modified"] = "A kept result can be asked for again.",
        ["Vary"] = "Scripts and people get different answers.",
        ["Content-Length"] = "The length of a kept result is known.",
        ["Transfer-Encoding"] = "The length of a kept result is known.",
        ["Date"] = "The time of the answer.",
        ["Server"] = "The server of the answer.",
    };

    public static TheoryData<string> Equal => [.. ParityKinds.All.Where(kind => kind.Difference is null).Select(kind => kind.Name)];

    public static TheoryData<string> Different => [.. ParityKinds.All.Where(kind => kind.Difference is not null).Select(kind => kind.Name)];

    [Theory, MemberData(nameof(Equal))]
    public async Task Result_OfARequest_IsWhatThePlainPageAnswers(string name)
    {
        var kind = ParityKinds.All.Single(kind => kind.Name == name);

        var plain = await AskAsync(kind, "Plain", async (_, submitted) => await TellAsync(submitted.Response));
        var result = await AskAsync(kind, "Async", async (browser, submitted) => await TellAsync(
            submitted.StatusCode == HttpStatusCode.SeeOther && submitted.Processing.Contains("process_id") ? await submitted.OpenResultAsync() : submitted.Response));

        result.ShouldBe(plain);
    }

    [Theory, MemberData(nameof(Different))]
    public async Task Result_ThatIsMeantToDiffer_DiffersAsTheTableSays(string name)
    {
        var kind = ParityKinds.All.Single(kind => kind.Name == name);
        var (reason, state, statusCode) = kind.Difference!.Value;

        var (end, answer) = await AskAsync(kind, "Async", async (_, submitted) => submitted.StatusCode == HttpStatusCode.SeeOther
            ? (await submitted.EndAsync(), (await submitted.OpenResultAsync()).StatusCode)
            : ("refused", submitted.StatusCode));

        end.ShouldBe(state, reason);
        answer.ShouldBe((HttpStatusCode)statusCode, reason);
    }

    [Fact]
    public void Kinds_ThatAreTried_AreManyAndEachHasItsName()
    {
        ParityKinds.All.Select(kind => kind.Name).ShouldBeUnique();
        ParityKinds.All.Count.ShouldBeGreaterThan(60);
        ParityKinds.All.ShouldAllBe(kind => kind.Difference == null || kind.Difference.Value.Reason.Length > 0);
    }

    private async Task<T> AskAsync<T>(ParityKind kind, string twin, Func<Browser, Submitted, Task<T>> tell)
    {
        await using var own = kind.Setup is null ? null : await ParitySites.StartAsync(twin, kind.Setup);
        var site = own ?? await sites.OfAsync(twin);
        using var browser = site.Browse();
        if (kind.User is { } user)
            await browser.SignInAsync(user);
        foreach (var (name, value) in kind.Cookies)
            browser.Cookies.Add(site.Root, new Cookie(name, value));

        var path = kind.Address.Split('?')[0];
        var token = await browser.TokenAsync(path);
        var content = kind.Content?.Invoke() ?? Browser.Form();
        if (kind.TokenInForm)
            content = await WithTokenAsync(content, token);
        (string, string)[] headers = [.. kind.Headers ?? [], .. kind.TokenInForm ? [] : new[] { ("RequestVerificationToken", token) }];
        return await tell(browser, await browser.PostAsync(kind.Address, content, headers));
    }

    private static async Task<HttpContent> WithTokenAsync(HttpContent content, string token)
    {
        if (content is MultipartFormDataContent multipart)
        {
            multipart.Add(new StringContent(token), "__RequestVerificationToken");
            return multipart;
        }

        return new StringContent($"{await content.ReadAsStringAsync()}&__RequestVerificationToken={Uri.EscapeDataString(token)}", content.Headers.ContentType);
    }

    /// <summary>All of an answer that is not meant to differ.</summary>
    private static async Task<string> TellAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => !Intended.ContainsKey(header.Key))
            .SelectMany(header => header.Value.Select(value => $"{header.Key}: {Tell(header.Key, value, response)}"))
            .Where(header => header != "Set-Cookie: ")
            .Order(StringComparer.Ordinal);
        var body = response.Content.Headers.ContentType?.MediaType is "application/zip" or "application/octet-stream"
            ? Convert.ToHexString(await response.Content.ReadAsByteArrayAsync())
            : await response.Content.ReadAsStringAsync();
        return $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n\n{Boundary().Replace(Port().Replace(Token().Replace(body, "TOKEN"), ":PORT"), "BOUNDARY")}";
    }

    /// <summary>A header as a browser understands it, wherever the answer came from.</summary>
    private static string Tell(string name, string value, HttpResponseMessage response) => name switch
    {
        "Location" => Port().Replace(new Uri(response.RequestMessage!.RequestUri!, value).AbsoluteUri, ":PORT"),

        // Those of the library and of the form are not the page's own, and TempData is encrypted anew each time.
        "Set-Cookie" when value.StartsWith("AsyncViews.", StringComparison.Ordinal) || value.StartsWith(".AspNetCore.Antiforgery", StringComparison.Ordinal) => "",
        // A cookie of TempData that was never there needs no deletion: the browser may have got one since.
        "Set-Cookie" when value.StartsWith(".AspNetCore.Mvc.CookieTempDataProvider", StringComparison.Ordinal) && value.Contains("expires=Thu, 01 Jan 1970") => "",
        "Set-Cookie" when value.StartsWith(".AspNetCore.Mvc.CookieTempDataProvider", StringComparison.Ordinal) => "TempData",
        "Set-Cookie" => Expires().Replace(value, "expires=SOON"),
        _ => value,
    };

    [GeneratedRegex("(?<=__RequestVerificationToken\" type=\"hidden\" value=\")[^\"]+")]
    private static partial Regex Token();

    /// <summary>A form with files that a middleware has read is written anew, with a boundary that its values cannot contain.</summary>
    [GeneratedRegex("(?<=multipart/form-data; boundary=)[^,]+")]
    private static partial Regex Boundary();

    [GeneratedRegex(@"(?<=127\.0\.0\.1):\d+")]
    private static partial Regex Port();

    [GeneratedRegex("expires=(?!Thu, 01 Jan 1970)[^;]+")]
    private static partial Regex Expires();
}
