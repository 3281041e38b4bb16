using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.CookiePolicy;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Authorization;
using Microsoft.AspNetCore.Mvc.Filters;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace AsyncViews.Tests.Parity;

/// <summary>The kinds of request and of answer that are tried.</summary>
internal static class ParityKinds
{
    private const string Boundary = "twins";
    private const string Unreadable = "A form that cannot be read is refused with 400 and starts nothing. A plain page has an error in its ModelState, or an empty form.";

    public static readonly IReadOnlyList<ParityKind> All = [.. Forms(), .. OtherBodies(), .. Surroundings(), .. NamedHandlers(), .. Answers()];

    private static IEnumerable<ParityKind> Forms() =>
    [
        new("empty form"),
        new("token in the form", Form("Text=Ann")) { TokenInForm = true },
        new("numbers", Form("Amount=1234.5&Rate=1e3&Count=-7")),
        new("numbers in German", Form("Amount=1.234,5&Rate=0,25&Count=-7"), Headers: German),
        new("dates", Form("When=04/03/2026 2:05 PM&Stamp=2026-04-03T10:00:00%2B02:00&Day=2026-04-03&At=14:05&Span=1.02:03:04")),
        new("dates in German", Form("When=03.04.2026 14:05&Day=03.04.2026&At=14:05"), Headers: German),
        new("a key, a name of a day and a checkbox", Form("Key=0f8fad5b-d9cb-469f-a165-70867728950e&Weekday=Friday&Check=true&Check=false")),
        new("values that do not parse", Form("Amount=x&When=yesterday&Weekday=Someday&Key=1")),
        new("values that are not valid", Form("Text=far+too+long+a+text&Email=nobody")),
        new("values that are not valid, in German", Form("Text=far+too+long+a+text&Amount=x"), Headers: German),
        new("repeated names", Form("Multi=b&Multi=a&Multi=&Multi=b")),
        new("a prefix", Form("Input.Text=Ann&Input.Multi=1&Input.Lines[0].Name=x")),
        new("lists of objects", Form("Lines[0].Name=a&Lines[0].Price=1.5&Lines[0].Tags=x&Lines[0].Tags=y&Lines[1].Name=b")),
        new("lists with an index of their own", Form("Lines.Index=q&Lines.Index=p&Lines[p].Name=P&Lines[q].Name=Q")),
        new("dictionaries", Form("Map[one]=1&Map[t w o]=2&Map[ü]=3")),
        new("names with quotes and line breaks", Form("a%22b=1&c%0D%0Ad=2&e%3Df=3&%26=4&+=5&=6")),
        new("values with everything", Form("x=%01%09%0A%0D%1F+%2B%25%26%3D%7F%C2%A0%F0%9F%98%80%EF%BF%BD")),
        new("a value with a zero character", Form("x=%00"))
        {
            Difference = (Unreadable, "refused", 400),
        },
        new("fields without a value or a name", Form("a&b=&=c&&d=1&")),
        new("bytes that are no text", Form("x=%FF%FE&y=%C3")),
        new("a text in Latin-1", () => Bytes(Encoding.Latin1.GetBytes("Text=%FCber"), "application/x-www-form-urlencoded; charset=iso-8859-1")),
        new("a long value", Form("long=" + new string('x', 1_000_000))),
        new("many fields", Form(string.Join('&', Enumerable.Range(0, 900).Select(number => $"f{number}={number}")))),
        new("more fields than are allowed", Form(string.Join('&', Enumerable.Range(0, 1100).Select(number => $"f{number}={number}"))))
        {
            Difference = (Unreadable, "refused", 400),
        },
        new("a multipart form", Multipart(("Text", "Ann"), ("Multi", "a"), ("Multi", "b"))),
        new("a multipart form with its token", Multipart(("Text", "Ann"))) { TokenInForm = true },
        new("an upload", Upload("Uploads", "a.csv", "a;b")),
        new("an upload without bytes", Upload("Uploads", "empty.csv", "")),
        new("an upload of a name in Unicode", Upload("Uploads", "Übersicht 😀.csv", "a;b")),
        new("uploads of one name", () => new MultipartFormDataContent(Boundary) { { Text("1"), "Uploads", "1.txt" }, { Text("2"), "Uploads", "2.txt" }, { Text("3"), "other", "3.txt" } }),
        new("an upload inside of a list", () => new MultipartFormDataContent(Boundary) { { Text("a"), "Lines[0].Name" }, { Text("1"), "Lines[0].Document", "1.txt" } }),
        new("a large upload", Upload("Uploads", "large.bin", new string('x', 3_000_000))),
        new("an upload field left empty", () => Bytes("--b\r\nContent-Disposition: form-data; name=\"Uploads\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--b--\r\n"u8.ToArray(), "multipart/form-data; boundary=b")),
        new("parts with headers of their own", () => Bytes("--b\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\n\xFC\r\n--b\r\nContent-Disposition: form-data; name=\"Uploads\"; filename=\"a.txt\"\r\nContent-Type: text/csv\r\nX-Part: yes\r\n\r\na\r\n--b--\r\n"u8.ToArray(), "multipart/form-data; boundary=b")),
        new("a form whose multipart ends too early", () => Bytes("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1"u8.ToArray(), "multipart/form-data; boundary=b"))
        {
            Difference = (Unreadable, "refused", 400),
        },
        new("a form read before the page", Form("a%22b=1&c%0D%0Ad=2&Multi=1&Multi=2&e="), Setup: ReadBefore),
        new("a multipart form read before the page", () => new MultipartFormDataContent(Boundary) { { Text("a"), "Text" }, { Text("1"), "Uploads", "1.txt" } }, Setup: ReadBefore),
        new("a form in chunks", () => new StreamContent(new Unseekable("Text=Ann"u8.ToArray())) { Headers = { ContentType = new("application/x-www-form-urlencoded") } }),
    ];

    private static IEnumerable<ParityKind> OtherBodies() =>
    [
        new("no body at all", () => new ByteArrayContent([])),
        new("a body in JSON, read by the handler", () => new StringContent("{\"a\":1}", Encoding.UTF8, "application/json"), "/parity?kind=raw"),
        new("a body in XML, read by the handler", () => new StringContent("<a/>", Encoding.UTF8, "text/xml"), "/parity?kind=raw"),
        new("a body of no type, read by the handler", () => Bytes([1, 2, 3], null), "/parity?kind=raw"),
        new("a compressed form", () => Compressed("Text=Ann"), Setup: setup =>
        {
            setup.Services = services => services.AddRequestDecompression();
            setup.Middleware = app => app.UseRequestDecompression();
        }),
    ];

    private static IEnumerable<ParityKind> Surroundings() =>
    [
        new("a query", Address: "/parity?x=1&x=2&y=a%26b%20c&z=&Text=Ann"),
        new("a route value", Address: "/parity/7%2F8%20ü"),
        new("another case of the path", Address: "/PARITY/7"),
        new("a handler that the page has not", Address: "/parity?handler=Missing"),
        new("headers", Headers: [("Referer", "http://example.invalid/%C3%A4?b"), ("X-Requested-With", "XMLHttpRequest"), ("User-Agent", "Twin/1.0"), ("Origin", "null")]),
        new("a header that the application wants", Headers: [("X-Client", "one"), ("X-Client", "two")], Setup: setup => setup.Options = options => options.CapturedHeaders.Add("X-Client")),
        new("headers inside of a model", Form("Text=Ann"), Headers: [("X-Nested", "one, two"), ("X-Device", "phone"), ("X-Versions", "1, 2")]),
        new("headers inside of a model with a prefix", Form("Input.Text=Ann"), Headers: [("X-Nested", "one"), ("X-Device", "phone")]),
        new("a layout that reads the session", Address: "/parity?kind=session-layout", Setup: FillBasket),
        new("a layout that reads a session without values", Address: "/parity?kind=session-layout"),
        new("the session", Address: "/parity?kind=session", Setup: FillBasket),
        new("languages", Headers: [("Accept-Language", "fr;q=0.5, de-DE;q=0.9, *;q=0.1")]),
        new("a culture in the query", Form("Amount=1,5"), "/parity?culture=de-DE"),
        new("a culture with formats of its own", Form("Amount=1234.5&When=03/04/2026"), Setup: setup => setup.Services = services => services.Configure<RequestLocalizationOptions>(options =>
        {
            options.DefaultRequestCulture = new(OwnCulture());
            options.SupportedCultures = options.SupportedUICultures = [OwnCulture()];
            options.RequestCultureProviders.Clear();
        })),
        new("a person who is signed in") { User = "ann" },
        new("a base path", Address: "/App/parity", Setup: setup => setup.PathBase = "/app"),
        new("a proxy in front", Headers: [("X-Forwarded-Host", "shop.example.invalid"), ("X-Forwarded-For", "203.0.113.7")], Setup: setup => setup.Middleware = app =>
        {
            var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
            app.UseForwardedHeaders(options);
        }),
        new("addresses in lower case with a slash", Setup: setup => setup.Routes = routes => (routes.LowercaseUrls, routes.AppendTrailingSlash) = (true, true)),
        new("services of the request", Address: "/parity?kind=service"),
        new("a culture that a page filter sets", Form("Amount=1234.5&When=04/03/2026"), Setup: AddFilter(new GermanFilter())),
        new("an authorization filter with schemes", Setup: AddFilter(new AuthorizeFilter(new AuthorizationPolicyBuilder(CookieAuthenticationDefaults.AuthenticationScheme).RequireAuthenticatedUser().Build())))
        {
            User = "ann",
        },
        new("an application without sessions", Address: "/parity?kind=session-feature", Setup: setup => setup.Endpoints = app => app.Use((context, next) =>
        {
            context.Features.Set<ISessionFeature?>(null);
            return next(context);
        })),
        new("a cookie that the application wants, in another case", Address: "/parity?kind=cookie", Setup: setup => setup.Options = options => options.CapturedCookies.Add("Theme"))
        {
            Cookies = [("theme", "dark")],
        },
        new("a parameter from a cookie that is not captured", Address: "/parity?handler=Typed", Setup: setup => setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.ValueProviderFactories.Add(new CookieValues())))
        {
            Cookies = [("text", "dark")],
            Difference = ("A run that lacks what its POST had ends before its handler. A plain page has it.", "failed", 500),
        },
        new("a number from a cookie that is not captured", Setup: setup => setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.ValueProviderFactories.Add(new CookieValues())))
        {
            Cookies = [("Count", "7")],
            Difference = ("A run that lacks what its POST had ends before its handler. A plain page has it.", "failed", 500),
        },
        new("the connection", Address: "/parity?kind=connection"),
        new("status code pages", Address: "/parity?kind=not-found", Setup: UseStatusCodePages),
        new("a page that switches status code pages off", Address: "/parity?kind=not-found-alone", Setup: UseStatusCodePages),
        new("a middleware that switches status code pages off", Address: "/parity?kind=not-found", Setup: setup => setup.Middleware = app =>
        {
            app.UseStatusCodePages();
            app.Use((context, next) =>
            {
                if (HttpMethods.IsPost(context.Request.Method))
                    context.Features.GetRequiredFeature<IStatusCodePagesFeature>().Enabled = false;
                return next(context);
            });
        }),
        new("a cookie policy", Address: "/parity?kind=cookies", Setup: UseCookiePolicy(_ => false)),
        new("a cookie policy that asks for consent", Address: "/parity?kind=cookies", Setup: UseCookiePolicy(_ => true)),
        new("a cookie policy that asks for consent, and TempData", Address: "/parity?kind=temp-data", Setup: UseCookiePolicy(_ => true)),
        new("a page that gives consent to cookies", Address: "/parity?kind=consent", Setup: UseCookiePolicy(_ => true)),
        new("a page that gives consent where none is needed", Address: "/parity?kind=consent", Setup: UseCookiePolicy(_ => false)),
    ];

    private static IEnumerable<ParityKind> NamedHandlers() =>
    [
        new("handler: a model", Form("Format=csv&Price=1234.5"), "/parity/7?handler=Export&from=2026-04-03", [("X-Client", "twin")]),
        new("handler: a model with its prefix", Form("export.Format=csv&export.Price=1,5"), "/parity?handler=export", German),
        new("handler: a model that is not valid", Form("Format=spreadsheet&Price=x"), "/parity?handler=Export"),
        new("handler: a model with an upload", Upload("Document", "a.csv", "a;b"), "/parity?handler=Export"),
        new("handler: uploads", () => new MultipartFormDataContent(Boundary) { { Text("1"), "document", "1.txt" }, { Text("2"), "documents", "2.txt" }, { Text("33"), "documents", "3.txt" } }, "/parity?handler=Upload&page=3", [("X-Client", "twin")]),
        new("handler: nothing of what it takes", Address: "/parity?handler=Upload"),
        new("handler: a body in JSON", () => new StringContent("[1,2,3]", Encoding.UTF8, "application/json"), "/parity?handler=Sum"),
        new("handler: returns nothing", Address: "/parity?handler=Nothing"),
        new("handler: returns nothing later", Address: "/parity?handler=Later"),
        new("handler: returns null", Address: "/parity?handler=Null"),
        new("handler: returns a result of its own type", Form("text=%C3%A4"), "/parity?handler=Typed"),
        new("handler: page filters", Form("Format=csv"), "/parity?handler=Export", Setup: setup => setup.Pages = pages => pages.Conventions.ConfigureFilter(new ParityFilter())),
        new("handler: page filters of the application", Form("text=a"), "/parity?handler=Typed", Setup: setup => setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.Filters.Add<ParityFilter>())),
        new("handler: the one that a page filter chose", Form("text=a"), Headers: [(ChoosingFilter.Header, "Typed")], Setup: setup => setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.Filters.Add<ChoosingFilter>())),
    ];

    private static IEnumerable<ParityKind> Answers()
    {
        string[] equal =
        [
            "page", "errors", "partial", "text", "latin", "json", "json-status", "json-stream", "problem", "bytes", "attachment", "stream", "virtual-file", "dated", "redirect",
            "redirect-permanent", "redirect-fragment", "redirect-handler", "redirect-home", "redirect-query", "redirect-relative", "redirect-away", "not-found",
            "bad-request", "teapot", "no-content", "reset", "nothing", "forbid", "challenge", "unauthorized", "headers", "cookies", "starting", "written", "zip", "temp-data", "session",
        ];
        foreach (var kind in equal)
            yield return new($"answer: {kind}", Form("Text=Ann&Amount=1234.5"), $"/parity?kind={kind}");
        yield return new("answer: redirect-kept", Address: "/parity?kind=redirect-kept")
        {
            Difference = ("The redirect is the same, and a result is fetched with GET: the other page gets no form.", "succeeded", 307),
        };
        yield return new("answer: throw", Address: "/parity?kind=throw")
        {
            Difference = ("A run that fails has a page that says so. A plain page leaves it to the exception handler.", "failed", 500),
        };
    }

    private static (string, string)[] German => [("Accept-Language", "de-DE")];

    private static CultureInfo OwnCulture()
    {
        var culture = (CultureInfo)CultureInfo.GetCultureInfo("de-DE").Clone();
        (culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator) = (".", ",");
        (culture.DateTimeFormat.ShortDatePattern, culture.DateTimeFormat.DateSeparator) = ("MM/dd/yyyy", "/");
        return culture;
    }

    private static void FillBasket(SiteSetup setup) => setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.Filters.Add(new BasketFilter()));

    private static Action<SiteSetup> AddFilter(IFilterMetadata filter) => setup => setup.Services = services => services.Configure<MvcOptions>(mvc => mvc.Filters.Add(filter));

    private static void UseStatusCodePages(SiteSetup setup) => setup.Middleware = app => app.UseStatusCodePages();

    private static Action<SiteSetup> UseCookiePolicy(Func<HttpContext, bool> asksForConsent) => setup => setup.Middleware = app => app.UseCookiePolicy(new()
    {
        HttpOnly = HttpOnlyPolicy.Always,
        MinimumSameSitePolicy = SameSiteMode.Strict,
        CheckConsentNeeded = asksForConsent,
    });

    private static void ReadBefore(SiteSetup setup) => setup.Middleware = app => app.Use(async (context, next) =>
    {
        if (context.Request.HasFormContentType)
            await context.Request.ReadFormAsync();
        await next(context);
    });

    private static Func<HttpContent> Form(string encoded) => () => Bytes(Encoding.UTF8.GetBytes(encoded), "application/x-www-form-urlencoded");

    private static Func<HttpContent> Multipart(params (string Name, string Value)[] fields) => () => Parts(fields);

    private static Func<HttpContent> Upload(string name, string fileName, string text) => () =>
    {
        var parts = Parts(("Text", "Ann"));
        parts.Add(Text(text), name, fileName);
        return parts;
    };

    private static MultipartFormDataContent Parts(params (string Name, string Value)[] fields)
    {
        var content = new MultipartFormDataContent(Boundary);
        foreach (var (name, value) in fields)
            content.Add(Text(value), name);
        return content;
    }

    private static StringContent Text(string text) => new(text);

    private static ByteArrayContent Bytes(byte[] bytes, string? type) =>
        new(bytes) { Headers = { ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type) } };

    private static ByteArrayContent Compressed(string text)
    {
        using var bytes = new MemoryStream();
        using (var zip = new GZipStream(bytes, CompressionMode.Compress))
            zip.Write(Encoding.UTF8.GetBytes(text));
        var content = Bytes(bytes.ToArray(), "application/x-www-form-urlencoded");
        content.Headers.ContentEncoding.Add("gzip");
        return content;
    }

    /// <summary>Fills the session when the form is fetched.</summary>
    private sealed class BasketFilter : IResourceFilter
    {
        public void OnResourceExecuting(ResourceExecutingContext context)
        {
            if (HttpMethods.IsGet(context.HttpContext.Request.Method))
                context.HttpContext.Session.SetString("basket", "shoes");
        }

        public void OnResourceExecuted(ResourceExecutedContext context)
        {
        }
    }

    /// <summary>Shows everything in German, once the form is bound.</summary>
    private sealed class GermanFilter : IPageFilter
    {
        public void OnPageHandlerSelected(PageHandlerSelectedContext context)
        {
        }

        public void OnPageHandlerExecuting(PageHandlerExecutingContext context) => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("de-DE");

        public void OnPageHandlerExecuted(PageHandlerExecutedContext context)
        {
        }
    }

    /// <summary>Binds from cookies.</summary>
    private sealed class CookieValues : IValueProviderFactory
    {
        public Task CreateValueProviderAsync(ValueProviderFactoryContext context)
        {
            var cookies = context.ActionContext.HttpContext.Request.Cookies.ToDictionary(cookie => cookie.Key, cookie => new Microsoft.Extensions.Primitives.StringValues(cookie.Value));
            context.ValueProviders.Add(new QueryStringValueProvider(BindingSource.Query, new QueryCollection(cookies), CultureInfo.InvariantCulture));
            return Task.CompletedTask;
        }
    }

    /// <summary>Its length is not known beforehand.</summary>
    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
