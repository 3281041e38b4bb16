using Microsoft.Extensions.Options;

namespace AsyncViews.Tests.DependencyInjection;

/// <summary>Options that would break a page, a submission or a browser stop the start.</summary>
public class OptionsTests
{
    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("~/")]
    [InlineData("~")]
    [InlineData("htmx.js")]
    [InlineData("lib/htmx.js")]
    [InlineData("~lib/htmx.js")]
    [InlineData("~~/htmx.js")]
    [InlineData("~/lib/")]
    [InlineData("~/../htmx.js")]
    [InlineData("~/htmx.js ")]
    [InlineData(" ~/htmx.js")]
    [InlineData("//cdn.example.com/htmx.js")]
    [InlineData("~//cdn.example.com/htmx.js")]
    [InlineData("/\\cdn.example.com/htmx.js")]
    [InlineData("https://cdn.example.com/htmx.js")]
    [InlineData("~/htmx.js?v=2")]
    [InlineData("~/htmx.js#2")]
    [InlineData("~\\htmx.js")]
    public void HtmxPath_ThatIsNoFileInTheApplication_IsRefused(string path) => ShouldRefuse(options => options.HtmxPath = path, nameof(AsyncViewsOptions.HtmxPath));

    [Theory]
    [InlineData(null)]
    [InlineData("~/htmx.js")]
    [InlineData("/htmx.js")]
    [InlineData("~/lib/htmx 4/htmx.min.js")]
    public void HtmxPath_OfAFileInTheApplication_IsTaken(string? path) => Of(options => options.HtmxPath = path).HtmxPath.ShouldBe(path);

    [Theory]
    [InlineData("")]
    [InlineData("X Kept")]
    [InlineData("X-Kept:")]
    [InlineData("cookie")]
    [InlineData(null)]
    public void CapturedHeaders_WithANameThatIsNone_AreRefused(string? name) => ShouldRefuse(options => options.CapturedHeaders.Add(name!), nameof(AsyncViewsOptions.CapturedHeaders));

    [Theory]
    [InlineData("")]
    [InlineData("a=b")]
    [InlineData(null)]
    public void CapturedCookies_WithANameThatIsNone_AreRefused(string? name) => ShouldRefuse(options => options.CapturedCookies.Add(name!), nameof(AsyncViewsOptions.CapturedCookies));

    public static TheoryData<CookieBuilder, string> BadCookies => new()
    {
        { new() { Name = "my owner" }, "Name" },
        { new() { Name = "__Host-" }, "Name" },
        { new() { Path = "app" }, "Path" },
        { new() { Path = "" }, "Path" },
        { new() { Path = "/a;b" }, "Path" },
        { new() { Domain = "https://example.com" }, "Domain" },
        { new() { Domain = "example.com:8080" }, "Domain" },
        { new() { MaxAge = TimeSpan.Zero }, "MaxAge" },
        { new() { Expiration = TimeSpan.FromDays(-1) }, "MaxAge" },
        { new() { SameSite = SameSiteMode.None, SecurePolicy = CookieSecurePolicy.None }, "SameSite" },
    };

    [Theory, MemberData(nameof(BadCookies))]
    public void OwnerCookie_ThatNoBrowserKeeps_IsRefused(CookieBuilder cookie, string setting) => ShouldRefuse(options => options.OwnerCookie = cookie, setting);

    [Fact]
    public void OwnerCookie_ThatBrowsersKeep_IsTaken() => Of(options => options.OwnerCookie = new()
    {
        Name = "__Host-owner",
        Path = "/app",
        Domain = ".example.com",
        MaxAge = TimeSpan.FromDays(1),
        SameSite = SameSiteMode.None,
        SecurePolicy = CookieSecurePolicy.Always,
    }).ShouldNotBeNull();

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e9)]
    public void RetryOnFailure_WithADelayThatIsNone_IsRefused(double seconds)
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryOnFailureAttribute(2) { FirstDelaySeconds = seconds });
        Should.Throw<ArgumentOutOfRangeException>(() => new RetryOnFailureAttribute(2) { MaxDelaySeconds = seconds });
    }

    private static void ShouldRefuse(Action<AsyncViewsOptions> configure, string named) =>
        Should.Throw<OptionsValidationException>(() => Of(configure)).Message.ShouldContain(named);

    private static AsyncViewsOptions Of(Action<AsyncViewsOptions> configure)
    {
        var services = new ServiceCollection();
        services.AddAsyncViews(configure);
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<AsyncViewsOptions>>().Value;
    }
}
