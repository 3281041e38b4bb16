using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.TestSite.Pages.Parity;

/// <summary>The handler that both twins have.</summary>
internal static class ParityWork
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true };

    public static async Task<IActionResult> AnswerAsync(PageModel page, ParityInput input, string? kind, CancellationToken cancellationToken)
    {
        var response = page.Response;
        switch (kind)
        {
            case null:
                return page.Content(Describe(page, input), "application/json");

            case "page":
                page.ViewData["Said"] = $"{input.Text} {input.Amount:N2} {page.User.Identity?.Name}";
                return page.Page();

            case "session-layout":
                page.ViewData["Layout"] = "_SessionLayout";
                return page.Page();

            case "errors":
                page.ModelState.AddModelError("Input.Text", "It is taken.");
                page.ModelState.AddModelError("", "It cannot be done.");
                return page.Page();

            case "partial":
                return page.Partial("_ParitySame", page);

            case "text":
                return page.Content("über\r\n", "text/plain", Encoding.UTF8);

            case "latin":
                return page.Content("über", "text/plain; charset=iso-8859-1", Encoding.Latin1);

            case "json":
                return new JsonResult(new { Answer = 42, Text = "ä<b>" });

            case "json-status":
                return new JsonResult(new { Answer = 42 }) { StatusCode = 201 };

            case "json-stream":
                return new JsonResult(NumbersAsync());

            case "problem":
                return new ObjectResult(new ProblemDetails { Status = 422, Title = "No" }) { StatusCode = 422 };

            case "bytes":
                return page.File("a;b\n1;2\n"u8.ToArray(), "text/csv");

            case "attachment":
                return page.File("a;b\n"u8.ToArray(), "text/csv", "Übersicht – \"2026\" 😀.csv");

            case "stream":
                return page.File(new MemoryStream(new byte[300_000]), "application/octet-stream", "zeros.bin");

            case "virtual-file":
                return page.File("~/_content/AsyncViews/asyncviews.css", "text/css");

            case "dated":
                return new FileContentResult("dated"u8.ToArray(), "text/plain") { LastModified = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), EntityTag = new("\"one\"") };

            case "redirect":
                return new RedirectResult("/Work?x=1");

            case "redirect-permanent":
                return page.RedirectPermanent("/Work");

            case "redirect-kept":
                return page.RedirectPreserveMethod("/Work");

            case "redirect-fragment":
                return page.RedirectToPage("/Work", null, new { x = "a b&c" }, "part-2");

            case "redirect-handler":
                return page.RedirectToPage(null, "Other", new { id = "9" });

            case "redirect-home":
                return page.LocalRedirect("~/Work");

            case "redirect-query":
                return new RedirectResult("?done=1");

            case "redirect-relative":
                return new RedirectResult("Work");

            case "redirect-away":
                return new RedirectResult("https://example.invalid/%C3%A4?b=c&d#e");

            case "not-found":
                return page.NotFound();

            case "not-found-alone":
                page.HttpContext.Features.GetRequiredFeature<IStatusCodePagesFeature>().Enabled = false;
                return page.NotFound();

            case "connection":
                var connection = page.HttpContext.Connection;
                return page.Content($"{connection.LocalIpAddress} {connection.LocalPort == page.Request.Host.Port} {connection.RemoteIpAddress} {connection.Id.Length > 0}");

            case "bad-request":
                return page.BadRequest(page.ModelState);

            case "teapot":
                return page.StatusCode(418);

            case "no-content":
                return new NoContentResult();

            case "reset":
                return page.StatusCode(205);

            case "nothing":
                return new EmptyResult();

            case "forbid":
                return page.Forbid();

            case "challenge":
                return page.Challenge();

            case "unauthorized":
                return page.Unauthorized();

            case "headers":
                response.Headers.Append("X-Two", "one");
                response.Headers.Append("X-Two", "two");
                response.Headers["X-Empty"] = "";
                response.Headers.ContentLanguage = "de";
                response.Headers.Link = "</a>; rel=\"next\"";
                return page.Content("headers");

            case "cookies":
                response.Cookies.Append("basket", "a b;c=ü", new() { Path = "/shop", HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromHours(1) });
                response.Cookies.Delete("old");
                return page.Content("cookies");

            case "starting":
                response.OnStarting(() =>
                {
                    response.Headers["X-Started"] = response.StatusCode.ToString(CultureInfo.InvariantCulture);
                    return Task.CompletedTask;
                });
                return page.StatusCode(202, "started");

            case "written":
                response.StatusCode = 206;
                response.ContentType = "text/plain";
                await response.WriteAsync("by ", cancellationToken);
                await response.Body.WriteAsync("hand"u8.ToArray(), cancellationToken);
                await response.BodyWriter.WriteAsync("."u8.ToArray(), cancellationToken);
                await response.CompleteAsync();
                return new EmptyResult();

            case "zip":
                return new ZipResult();

            case "temp-data":
                page.TempData["Flash"] = "kept";
                return page.RedirectToPage("/Work");

            case "session":
                return page.Content($"{page.HttpContext.Session.GetString("basket")} {string.Join(',', page.HttpContext.Session.Keys)}");

            case "session-feature":
                return page.Content($"{page.HttpContext.Features.Get<ISessionFeature>()?.Session?.Keys.Count()}");

            case "cookie":
                return page.Content($"{page.Request.Cookies["Theme"]}");

            case "consent":
                var consent = page.HttpContext.Features.Get<ITrackingConsentFeature>();
                response.Cookies.Append("early", "1");
                response.Cookies.Append("needed", "1", new() { IsEssential = true });
                consent?.GrantConsent();
                response.Cookies.Append("late", "a b;c=ü", new() { Path = "/shop", Extensions = { "Partitioned" } });
                return page.Content($"{consent?.IsConsentNeeded} {consent?.HasConsent} {consent?.CanTrack} {consent?.CreateConsentCookie().Split('=')[0]}");

            case "raw":
                using (var reader = new StreamReader(page.Request.Body))
                    return page.Content($"{page.Request.ContentType} {page.Request.ContentLength} {await reader.ReadToEndAsync(cancellationToken)}");

            case "service":
                var clerk = page.HttpContext.RequestServices.GetRequiredService<Support.Clerk>();
                return page.Content($"{ReferenceEquals(clerk, page.HttpContext.RequestServices.GetService<Support.Clerk>())} " +
                    $"{ReferenceEquals(page.HttpContext, page.HttpContext.RequestServices.GetRequiredService<IHttpContextAccessor>().HttpContext)}");

            case "throw":
                throw new InvalidOperationException("It went wrong.");

            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "No twin knows this kind.");
        }
    }

    private static string Describe(PageModel page, ParityInput input)
    {
        var request = page.Request;
        var culture = CultureInfo.CurrentCulture;
        return JsonSerializer.Serialize(
            new
            {
                request.Method,
                request.Scheme,
                Host = request.Host.Value,
                PathBase = request.PathBase.Value,
                Path = request.Path.Value,
                Query = request.Query.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new { pair.Key, Values = pair.Value.ToArray() }),
                request.Protocol,
                request.ContentType,
                Headers = from name in new[] { "Accept", "Accept-Language", "User-Agent", "Referer", "Origin", "X-Requested-With", "X-Client" }
                          where request.Headers.ContainsKey(name)
                          select $"{name}: {request.Headers[name]}",
                Remote = page.HttpContext.Connection.RemoteIpAddress?.ToString(),
                Route = page.RouteData.Values.Where(pair => pair.Key != "page").OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"),
                User = page.User.Claims.Select(claim => $"{claim.Type}={claim.Value}"),
                page.User.Identity?.AuthenticationType,
                Formats = $"{culture} {CultureInfo.CurrentUICulture} {1234567.5:N3} {new DateTime(2026, 4, 3, 14, 5, 6):F}",
                Input = new
                {
                    input.Amount,
                    input.Rate,
                    input.Count,
                    input.When,
                    input.Stamp,
                    input.Day,
                    input.At,
                    input.Span,
                    input.Key,
                    input.Weekday,
                    input.Check,
                    input.Multi,
                    Lines = input.Lines.Select(line => new { line.Name, line.Price, line.Tags, line.Document?.FileName }),
                    input.Map,
                    Uploads = input.Uploads.Select(file => file.FileName),
                    input.Text,
                    input.Email,
                    input.Nested,
                    input.Device,
                },
                Fields = request.HasFormContentType ? request.Form.Where(field => !IsToken(field.Key)).Select(field => new { field.Key, Values = field.Value.ToArray() }) : null,
                Files = request.HasFormContentType ? request.Form.Files.Select(Describe) : null,
                page.ModelState.IsValid,
                States = from state in page.ModelState
                         where !IsToken(state.Key)
                         orderby state.Key
                         select new { state.Key, state.Value!.AttemptedValue, state.Value.ValidationState, Errors = state.Value.Errors.Select(error => error.ErrorMessage) },
                Addresses = new[] { page.Url.Page(null), page.Url.Page("/Work", new { x = 1 }), page.Url.Page(null, "Other"), page.Url.Content("~/x"), page.Url.RouteUrl(new { id = 7 }) },
                TempData = page.TempData.Keys.OrderBy(key => key, StringComparer.Ordinal),
            },
            Readable);
    }

    private static string Describe(IFormFile file)
    {
        using var content = file.OpenReadStream();
        var headers = file.Headers.OrderBy(header => header.Key, StringComparer.Ordinal).Select(header => $"{header.Key}: {header.Value}");
        return $"{file.Name} | {file.FileName} | {file.ContentType} | {file.Length} | {Convert.ToHexString(SHA256.HashData(content))} | {string.Join(" | ", headers)}";
    }

    private static bool IsToken(string name) => name == "__RequestVerificationToken";

    private static async IAsyncEnumerable<int> NumbersAsync()
    {
        for (var number = 0; number < 50; number++)
        {
            await Task.Yield();
            yield return number;
        }
    }

    /// <summary>Written without asynchrony, as ZipArchive does.</summary>
    private sealed class ZipResult : IActionResult
    {
        public Task ExecuteResultAsync(ActionContext context)
        {
            var http = context.HttpContext;
            if (http.Features.Get<IHttpBodyControlFeature>() is { } body)
                body.AllowSynchronousIO = true;
            http.Response.ContentType = "application/zip";
            using var zip = new ZipArchive(http.Response.Body, ZipArchiveMode.Create, leaveOpen: true);
            var file = zip.CreateEntry("a.txt");
            file.LastWriteTime = new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero);
            using var entry = file.Open();
            entry.Write("a"u8);
            return Task.CompletedTask;
        }
    }
}
