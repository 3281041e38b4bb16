using System.Globalization;
using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Protocol;

/// <summary>Walks the whole table.</summary>
public sealed class ProtocolTests(ProtocolSite site) : IClassFixture<ProtocolSite>
{
    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var (state, request, answer) in ProtocolTable.Rows)
                rows.Add(state, request, answer);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Request_InAState_IsAnsweredAsTheProtocolSays(string state, string request, string expected)
    {
        var (verb, handler) = (request.Split(' ')[0], request.Split(' ')[1]);
        var words = expected.Split(' ', 2);

        using var response = await SendAsync(verb, handler, state);

        var body = await response.TextAsync((HttpStatusCode)int.Parse(words[0], CultureInfo.InvariantCulture));
        if (words[0] == "405")
        {
            response.Content.Headers.Allow.Order().ShouldBe(words[1].Split(", ").Order());
            return;
        }

        response.ShouldBePrivate();
        await ShouldSayAsync(response, body, words.ElementAtOrDefault(1), state);
        body.ShouldNotContain("The secret of the stack trace");
        if (verb == "HEAD" || words[0] is "204" or "303")
            body.ShouldBeEmpty();
    }

    private async Task<HttpResponseMessage> SendAsync(string verb, string handler, string state)
    {
        // Each row stands alone: nobody has been told of the cancel before.
        foreach (var cookie in site.Browser.Cookies.GetAllCookies().Where(cookie => cookie.Name == "AsyncViews.Canceled"))
            cookie.Expired = true;
        var address = site.AddressOf(handler, state);
        switch (verb)
        {
            case "POLL":
                return await site.Browser.GetAsync(await site.PollAddressOfAsync(state), ("HX-Request", "true"));
            case "STALE":
                return await site.Browser.GetAsync(address + "&v=0&p=&e=&m=0&i=0", ("HX-Request", "true"));
            case "JSON":
                return await site.Browser.GetAsync(address, ("Accept", "application/json"));
            case "FORMAT":
                return await site.Browser.GetAsync(address + "&format=json");
            case "CURL":
                return await site.Browser.GetAsync(address, ("Accept", "*/*"));
            case "LINKS":
                return await site.Browser.GetAsync(address, ("Accept", "*/*"), ("Accept-Language", "en"));
            case "NETSIGHT":
                return await site.Browser.GetAsync(address + "&output_json=1");
            case "POST" or "DELETE" when handler is "cancel" or "again":
                var (_, token) = await site.Browser.TokenFieldAsync("/Work");
                return await site.Browser.SendAsync(new HttpMethod(verb), address, null, ("RequestVerificationToken", token));
            default:
                return await site.Browser.SendAsync(new HttpMethod(verb), address, null);
        }
    }

    private async Task ShouldSayAsync(HttpResponseMessage response, string body, string? expected, string state)
    {
        switch (expected?.Split(' ', 2))
        {
            case null:
                break;

            case [['>', .. var handler]]:
                (response.Header("Location") ?? await response.EndAddressAsync()).ShouldBe(site.AddressOf(handler, state));
                break;

            case ["html", var heading]:
                Browser.Parse(body).QuerySelector("h1").ShouldNotBeNull().TextContent.ShouldBe(heading);
                break;

            case ["json", var values]:
                using (var json = System.Text.Json.JsonDocument.Parse(body))
                {
                    $"{json.RootElement.GetProperty("state")} {json.RootElement.GetProperty("completed").GetRawText()}".ShouldBe(values);
                    json.RootElement.GetProperty("progress").GetRawText().ShouldBe(json.RootElement.GetProperty("completed").GetRawText());
                }

                break;

            case ["problem"]:
                response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
                break;

            case ["problem", var type]:
                response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
                using (var problem = System.Text.Json.JsonDocument.Parse(body))
                    problem.RootElement.GetProperty("type").GetString().ShouldBe(type);
                break;

            case ["poll"]:
                Browser.Parse(body).QuerySelector("#av-poll").ShouldNotBeNull().HasAttribute("data-hx-trigger").ShouldBeTrue();
                break;

            case ["refresh"]:
                response.Header("HX-Refresh").ShouldBe("true");
                body.ShouldBeEmpty();
                break;

            default:
                throw new InvalidOperationException($"The table says {expected}, which no test understands.");
        }
    }
}
