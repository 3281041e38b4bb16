using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Http;

/// <summary>To everybody but its owner a process does not exist.</summary>
public class OwnerTests
{
    private static readonly string[] Handlers = ["processing", "completed", "result", "cancel"];

    [Theory]
    [InlineData("/Work")]
    [InlineData("/Handled")]
    public async Task AnotherBrowser_OnEveryAddress_SeesWhatAnUnknownIdGives(string path)
    {
        await using var site = await Site.StartAsync();
        using var owner = site.Browse();
        using var other = site.Browse();
        var submitted = await owner.SubmitAsync(path);
        await submitted.EndAsync();

        await ShouldNotExistFor(other, submitted, path);
    }

    [Fact]
    public async Task AnotherUser_OnEveryAddress_SeesWhatAnUnknownIdGives()
    {
        await using var site = await Site.StartAsync();
        using var owner = site.Browse();
        using var other = site.Browse();
        await owner.SignInAsync("ann");
        await other.SignInAsync("bob");
        var submitted = await owner.SubmitAsync("/Guarded");
        await submitted.EndAsync();

        await ShouldNotExistFor(other, submitted, "/Guarded");
    }

    [Fact]
    public async Task SameUser_InAnotherBrowser_SeesIt()
    {
        await using var site = await Site.StartAsync();
        using var desk = site.Browse();
        using var phone = site.Browse();
        await desk.SignInAsync("ann");
        await phone.SignInAsync("ann");
        var submitted = await desk.SubmitAsync("/Work");
        await submitted.EndAsync();

        using var result = await phone.GetAsync(submitted.Result);

        result.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task SigningIn_AfterAnAnonymousSubmission_KeepsIt()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        await browser.SignInAsync("ann");

        using var result = await browser.GetAsync(submitted.Result);
        result.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task SigningOut_AfterASubmissionAsAUser_LosesIt()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        (await browser.GetAsync("/Work")).Dispose();
        await browser.SignInAsync("ann");
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        await browser.SignOutAsync();

        using var result = await browser.GetAsync(submitted.Result);
        result.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task AnotherPage_WithTheOwnersId_DoesNotKnowIt()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var submitted = await browser.SubmitAsync("/Work");
        await submitted.EndAsync();

        using var result = await browser.GetAsync(submitted.Result.Replace("/Work", "/Bound"));

        result.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("processing")]
    [InlineData("completed")]
    [InlineData("result")]
    public async Task SignedOut_OnAPageForUsers_IsSentToSignIn(string handler)
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        await browser.SignInAsync("ann");
        var submitted = await browser.SubmitAsync("/Guarded");
        await submitted.EndAsync();
        await browser.SignOutAsync();

        using var response = await browser.GetAsync(submitted.At(handler));

        response.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        response.Headers.Location.ShouldNotBeNull().OriginalString.ShouldContain("/Account/Login?ReturnUrl=");
    }

    [Fact]
    public async Task SignedOut_PollOfAWaitingPage_Is401AndReloadsIt()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        await browser.SignInAsync("ann");
        var submitted = await browser.SubmitAsync("/Guarded");
        await submitted.EndAsync();
        await browser.SignOutAsync();

        using var poll = await browser.GetAsync(submitted.Completed, ("HX-Request", "true"));

        poll.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        poll.Header("HX-Refresh").ShouldBe("true");
        poll.Headers.Location.ShouldBeNull();
    }

    /// <summary>Every address, as a page, a poll, JSON and netsight's JSON: status, headers and bytes as for an id that never was.</summary>
    private static async Task ShouldNotExistFor(Browser browser, Submitted submitted, string form)
    {
        var token = await browser.TokenAsync(form);
        (string, string)[][] clients = [[], [("HX-Request", "true")], [("Accept", "application/json")]];
        var unknown = ProcessId.New();
        foreach (var handler in Handlers)
        {
            foreach (var client in clients)
            {
                foreach (var suffix in (string[])["", "&output_json=1"])
                {
                    var method = handler == "cancel" ? HttpMethod.Post : HttpMethod.Get;
                    (string, string)[] headers = [.. client, ("RequestVerificationToken", token)];
                    using var foreign = await browser.SendAsync(method, submitted.At(handler) + suffix, null, headers);
                    using var none = await browser.SendAsync(method, submitted.At(handler, unknown) + suffix, null, headers);

                    foreign.StatusCode.ShouldBe(suffix == "" ? HttpStatusCode.NotFound : HttpStatusCode.OK);
                    foreign.StatusCode.ShouldBe(none.StatusCode);
                    var text = await foreign.Content.ReadAsStringAsync();
                    text.ShouldBe(await none.Content.ReadAsStringAsync());
                    text.ShouldNotContain(submitted.Id.ToString());
                    HeadersOf(foreign).ShouldBe(HeadersOf(none));
                }
            }
        }
    }

    private static IEnumerable<string> HeadersOf(HttpResponseMessage response) =>
        response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
}
