using System.Net;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AsyncViews.Tests.Capture;

/// <summary>A run sees its input exactly as the page's own POST handler would have.</summary>
public class BindingTests
{
    [Fact]
    public async Task Decimal_UnderTheCultureOfThePost_IsBoundAndFormattedInTheRun()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
            Task.FromResult<IActionResult>(page.Content($"{((BoundModel)page).Amount * 2}")));
        using var browser = site.Browse();

        var token = await browser.TokenFieldAsync("/Bound");
        var submitted = await browser.PostAsync("/Bound", Browser.Form(("Amount", "12,5"), token), ("Accept-Language", "de-DE"));

        (await submitted.ReadResultAsync()).ShouldBe("25,0");
    }

    [Fact]
    public async Task Culture_FromACookie_IsTheRuns()
    {
        await using var site = await Site.StartAsync((page, _, _) => Task.FromResult<IActionResult>(page.Content(
            $"{System.Globalization.CultureInfo.CurrentCulture}/{System.Globalization.CultureInfo.CurrentUICulture}" +
            $"/{page.HttpContext.Features.Get<Microsoft.AspNetCore.Localization.IRequestCultureFeature>()?.RequestCulture.Culture}/{page.Request.Cookies[".AspNetCore.Culture"]}")));
        using var browser = site.Browse();
        browser.Cookies.Add(site.Root, new Cookie(".AspNetCore.Culture", "c=de-DE|uic=de-DE"));

        var submitted = await browser.SubmitAsync("/Work");

        (await submitted.ReadResultAsync()).ShouldBe("de-DE/de-DE/de-DE/c=de-DE|uic=de-DE");
    }

    [Fact]
    public async Task ListsQueryAndHeader_OfAPost_AreBoundInTheRun()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            var bound = (BoundModel)page;
            return Task.FromResult<IActionResult>(page.Content($"{string.Join("+", bound.Names)} {bound.Filter} {bound.Client}"));
        });
        using var browser = site.Browse();

        var form = Browser.Form(("Names", "Ann"), ("Names", "Zoë"), await browser.TokenFieldAsync("/Bound"));
        var submitted = await browser.PostAsync("/Bound?filter=a%26b", form, ("X-Client", "tests"));

        (await submitted.ReadResultAsync()).ShouldBe("Ann+Zoë a&b tests");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(3_000_000)]
    public async Task Upload_OfAnySize_IsReadWholeInTheRun(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        await using var site = await Site.StartAsync(async (page, _, token) =>
        {
            var upload = ((BoundModel)page).Upload!;
            using var content = new MemoryStream();
            await upload.CopyToAsync(content, token);
            return page.Content($"{upload.FileName} {content.ToArray().AsSpan().SequenceEqual(bytes)}");
        });
        using var browser = site.Browse();

        var form = Browser.Multipart([await browser.TokenFieldAsync("/Bound")], ("Upload", "données.csv", bytes));
        var submitted = await browser.PostAsync("/Bound", form);

        (await submitted.ReadResultAsync()).ShouldBe("données.csv True");
    }

    [Theory]
    [InlineData("/Routed/7", "7/")]
    [InlineData("/Routed/7/seven", "7/seven")]
    [InlineData("/Routed/7/a%20b", "7/a b")]
    public async Task RouteValues_RequiredAndOptional_AreBoundInTheRun(string path, string expected)
    {
        await using var site = await Site.StartAsync((page, _, _) => Task.FromResult<IActionResult>(page.Content(((RoutedModel)page).Outcome)));
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync(path);

        (await submitted.ReadResultAsync()).ShouldBe(expected);
    }

    [Theory]
    [InlineData("/Deep", "")]
    [InlineData("/Deep/a/b/c", "a/b/c")]
    [InlineData("/Deep/a%20b/c", "a b/c")]
    public async Task RouteValues_OfACatchAll_AreBoundInTheRun(string path, string expected)
    {
        await using var site = await Site.StartAsync((page, _, _) => Task.FromResult<IActionResult>(page.Content(((DeepModel)page).Rest ?? "")));
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync(path);

        (await submitted.ReadResultAsync()).ShouldBe(expected);
    }

    [Fact]
    public async Task InvalidForm_FromABrowser_ShowsTheFormWithItsErrorsAndStartsNothing()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work", ("Text", "much longer than ten"));

        var page = await submitted.Response.DocumentAsync(HttpStatusCode.OK);
        page.QuerySelector("input[name=Text]").ShouldNotBeNull().GetAttribute("value").ShouldBe("much longer than ten");
        page.QuerySelector(".field-validation-error").ShouldNotBeNull().TextContent.ShouldContain("maximum length");
        site.Script.Runs.ShouldBe(0);
    }

    [Fact]
    public async Task InvalidForm_FromAJsonClient_Is400WithTheProblem()
    {
        await using var site = await Site.StartAsync();
        using var browser = site.Browse();

        var form = Browser.Form(("Text", "much longer than ten"), await browser.TokenFieldAsync("/Work"));
        var submitted = await browser.PostAsync("/Work", form, ("Accept", "application/json"));

        var problem = await submitted.Response.JsonAsync(HttpStatusCode.BadRequest);
        submitted.Response.Header("Content-Type").ShouldBe("application/problem+json");
        problem.GetProperty("errors").GetProperty("Text").GetArrayLength().ShouldBe(1);
        site.Script.Runs.ShouldBe(0);
    }

    /// <summary>A number has a value in any case, and ModelState does not tell that it was bound.</summary>
    [Fact]
    public async Task Number_FromWhatIsNotCaptured_EndsTheRunBeforeItsHandler()
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.ModelBinderProviders.Insert(0, new ItemBinder()));
            setup.Middleware = app => app.Use(next => context =>
            {
                context.Items["amount"] = 12m;
                return next(context);
            });
        });
        using var browser = site.Browse();

        (await (await browser.SubmitAsync("/Bound")).EndAsync()).ShouldBe("failed");

        site.Script.Runs.ShouldBe(0);
        site.Log.Entries.Single(entry => entry.Exception is not null).Exception!.Message.ShouldContain($"'{nameof(BoundModel.Amount)}'");
    }

    [Fact]
    public async Task ModelState_InTheRun_IsTheSubmissions()
    {
        await using var site = await Site.StartAsync((page, _, _) =>
        {
            page.ModelState.AddModelError("Text", $"valid: {page.ModelState.IsValid}, raw: {page.ModelState["Text"]!.RawValue}");
            return Task.FromResult<IActionResult>(page.Page());
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work", ("Text", "raw"));

        var page = Browser.Parse(await submitted.ReadResultAsync());
        page.QuerySelector(".field-validation-error").ShouldNotBeNull().TextContent.ShouldBe("valid: True, raw: raw");
        page.QuerySelector("input[name=Text]").ShouldNotBeNull().GetAttribute("value").ShouldBe("raw");
    }

    /// <summary>Binds decimal numbers from what a middleware has put into the request.</summary>
    private sealed class ItemBinder : IModelBinderProvider, IModelBinder
    {
        public IModelBinder? GetBinder(ModelBinderProviderContext context) => context.Metadata.ModelType == typeof(decimal) ? this : null;

        public Task BindModelAsync(ModelBindingContext bindingContext)
        {
            if (bindingContext.HttpContext.Items["amount"] is decimal amount)
                bindingContext.Result = ModelBindingResult.Success(amount);
            return Task.CompletedTask;
        }
    }
}
