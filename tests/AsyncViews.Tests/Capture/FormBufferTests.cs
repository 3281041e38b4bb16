using System.Net;
using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Capture;

/// <summary>The framework buffers large forms on a disk: when that fails, the form is not to blame, and nobody is shown where it was.</summary>
public sealed class FormBufferTests
{
    private const string Path = "/srv/buffers/secret.tmp";

    private static readonly Dictionary<string, Exception> Failures = new()
    {
        ["full"] = new IOException($"No space left on device : '{Path}'", 28),
        ["missing"] = new DirectoryNotFoundException($"Could not find a part of the path '{Path}'."),
        ["forbidden"] = new UnauthorizedAccessException($"Access to the path '{Path}' is denied."),
        ["limited"] = new ArgumentOutOfRangeException(Path),
    };

    [Theory]
    [InlineData("full")]
    [InlineData("missing")]
    [InlineData("forbidden")]
    [InlineData("limited")]
    public async Task Disk_ThatFails_Is503WithoutAPath(string kind)
    {
        await using var site = await StartAsync(Failures[kind]);
        using var browser = site.Browse();

        foreach (var page in (string[])["/Work", "/Tokenless"])
        {
            foreach (var accept in (string[])["text/html", "application/json"])
            {
                var refused = await browser.PostAsync(page, Browser.Form(("Text", "sent")), ("Accept", accept));

                refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
                (await refused.Response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain("/srv");
            }
        }

        site.Script.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task Body_ThatEndsTooEarly_IsStillTheForms()
    {
        await using var site = await StartAsync(new IOException("Unexpected end of Stream."));
        using var browser = site.Browse();

        (await browser.PostAsync("/Work", Browser.Form(("Text", "sent")))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static Task<Site> StartAsync(Exception failure) => Site.StartAsync(setup => setup.Middleware = app => app.Use((context, next) =>
    {
        if (HttpMethods.IsPost(context.Request.Method))
            context.Request.Body = new FailingBody(failure);
        return next();
    }));

    private sealed class FailingBody(Exception failure) : MemoryStream
    {
        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException<int>(failure);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromException<int>(failure);
    }
}
