using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Capture;

/// <summary>One submission is one process, however often it is sent.</summary>
public class SameSubmissionTests
{
    [Fact]
    public async Task IdenticalPosts_AHundredAtOnce_AreOneProcess()
    {
        var gate = new Gate();
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            await gate.PassAsync(token);
            return page.Page();
        });
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");

        var submitted = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => browser.PostAsync("/Work", Browser.Form(("Text", "same"), token))));

        submitted.Select(post => post.Processing).Distinct().Count().ShouldBe(1);
        gate.Open();
        (await submitted[0].EndAsync()).ShouldBe("succeeded");
        site.Script.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task SameForm_WithOtherContent_IsANewProcess()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");

        var first = await browser.PostAsync("/Work", Browser.Form(("Text", "one"), token));
        var edited = await browser.PostAsync("/Work", Browser.Form(("Text", "two"), token));
        var elsewhere = await browser.PostAsync("/Work?a=1", Browser.Form(("Text", "one"), token));

        new[] { first.Id, edited.Id, elsewhere.Id }.Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task SameContent_OfAFreshlyOpenedForm_IsANewProcess()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var first = await browser.SubmitAsync("/Work", ("Text", "same"));
        var second = await browser.SubmitAsync("/Work", ("Text", "same"));

        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task SameUpload_UnderAnotherBoundary_IsTheSameProcessAndAnotherFileIsNot()
    {
        await using var site = await Site.StartAsync(setup => setup.Time = Clock.Start());
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Bound");

        var first = await browser.PostAsync("/Bound", Browser.Multipart([token], ("Upload", "a.csv", "1;2"u8.ToArray())));
        var same = await browser.PostAsync("/Bound", Browser.Multipart([token], ("Upload", "a.csv", "1;2"u8.ToArray())));
        var other = await browser.PostAsync("/Bound", Browser.Multipart([token], ("Upload", "a.csv", "1;3"u8.ToArray())));

        same.Id.ShouldBe(first.Id);
        other.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task IdempotencyKey_OfAScript_DecidesWhatIsTheSame()
    {
        await using var site = await Site.StartAsync(setup => setup.Time = Clock.Start());
        using var browser = site.Browse();
        (await browser.GetAsync("/Tokenless")).Dispose();

        var first = await browser.PostAsync("/Tokenless", Browser.Form(("Text", "x")), ("Idempotency-Key", "k1"));
        var again = await browser.PostAsync("/Tokenless", Browser.Form(("Text", "x")), ("Idempotency-Key", "k1"));
        var otherKey = await browser.PostAsync("/Tokenless", Browser.Form(("Text", "x")), ("Idempotency-Key", "k2"));
        var otherContent = await browser.PostAsync("/Tokenless", Browser.Form(("Text", "y")), ("Idempotency-Key", "k1"));

        again.Id.ShouldBe(first.Id);
        new[] { first.Id, otherKey.Id, otherContent.Id }.Distinct().Count().ShouldBe(3);
    }

    /// <summary>A client that never saw the first answer has no cookie of it: only one that had a cookie before is the same sender.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task IdempotencyKey_OfAnAnonymousScriptThatLostItsAnswer_HoldsWithTheCookieOfTheForm(bool opensTheForm)
    {
        await using var site = await Site.StartAsync(setup => setup.Time = Clock.Start());
        using var first = site.Browse();
        using var retry = site.Browse();
        if (opensTheForm)
        {
            await first.OpenAsync("/Tokenless");
            retry.Cookies.Add(first.Cookies.GetAllCookies());
        }

        var lost = await first.PostAsync("/Tokenless", Browser.Form(("Text", "x")), ("Idempotency-Key", "k"));
        var again = await retry.PostAsync("/Tokenless", Browser.Form(("Text", "x")), ("Idempotency-Key", "k"));

        (again.Id == lost.Id).ShouldBe(opensTheForm);
    }

    [Fact]
    public async Task IdempotencyKey_OfSomebodyElse_IsAnothers()
    {
        await using var site = await Site.StartAsync(setup => setup.Time = Clock.Start());
        using var ann = site.Browse();
        using var bob = site.Browse();

        var first = await ann.PostAsync("/Tokenless", Browser.Form(("Text", "x")), ("Idempotency-Key", "k"));
        var second = await bob.PostAsync("/Tokenless", Browser.Form(("Text", "x")), ("Idempotency-Key", "k"));

        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task NeitherTokenNorKey_MakesEveryPostAProcess()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();
        (await browser.GetAsync("/Tokenless")).Dispose();

        var first = await browser.PostAsync("/Tokenless", Browser.Form(("Text", "x")));
        var second = await browser.PostAsync("/Tokenless", Browser.Form(("Text", "x")));

        second.Id.ShouldNotBe(first.Id);
    }

    [Fact]
    public async Task SamePost_FromAJsonClient_Is202ForTheSameProcess()
    {
        await using var site = await Site.StartAsync(setup => setup.Time = Clock.Start());
        using var browser = site.Browse();
        var token = await browser.TokenFieldAsync("/Work");

        var first = await browser.PostAsync("/Work", Browser.Form(token), ("Accept", "application/json"));
        var again = await browser.PostAsync("/Work", Browser.Form(token), ("Accept", "application/json"));

        first.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        again.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        again.Response.Header("Location").ShouldBe(first.Response.Header("Location").ShouldNotBeNull());
    }
}
