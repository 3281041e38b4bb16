using System.Globalization;
using System.Net;
using AsyncViews.Tests.Support;
using AsyncViews.Tests.TestSite.Pages;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.Submissions;

/// <summary>A run reads and writes numbers and dates as its POST did, whatever an application has set in the culture.</summary>
public class CultureTests
{
    [Theory]
    [InlineData("de-DE", "1234.5 2026-04-03")]
    [InlineData("en-US", "1234.5 2026-04-03")]
    [InlineData("th-TH", "1234.5 2026-04-03")]
    public async Task Formats_ThatLocalizationChanged_AreThoseOfTheRun(string name, string expected)
    {
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = services => services.Configure<RequestLocalizationOptions>(options =>
            {
                options.SupportedCultures = options.SupportedUICultures = [Customised(name)];
                options.DefaultRequestCulture = new RequestCulture(options.SupportedCultures[0]);
            });
            setup.Run = ShowBound;
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Bound", ("Amount", "234.5"), ("When", "03/04/2026"));

        (await submitted.ReadResultAsync()).ShouldBe(expected.Replace("1234.5", "234.5"));
    }

    [Fact]
    public async Task Formats_OfTheThread_AreThoseOfTheRun()
    {
        // As CultureInfo.DefaultThreadCurrentCulture has it, which is one for all sites of this process.
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = services => services.Configure<RequestLocalizationOptions>(options => options.RequestCultureProviders.Clear());
            setup.PageEndpoints = pages => pages.Add(endpoint =>
            {
                var next = endpoint.RequestDelegate!;
                endpoint.RequestDelegate = context =>
                {
                    CultureInfo.CurrentCulture = Customised("de-DE");
                    return next(context);
                };
            });
            setup.Run = ShowBound;
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Bound", ("Amount", "234.5"), ("When", "03/04/2026"));

        (await submitted.ReadResultAsync()).ShouldBe("234.5 2026-04-03");
    }

    [Fact]
    public async Task Formats_OfWhoScheduled_AreThoseOfTheJob()
    {
        await using var site = await Site.StartAsync(setup => setup.Services = services => services.AddAsyncViews().AddJob<Summing>("sum"));
        CultureInfo.CurrentCulture = Customised("de-DE");

        var id = await site.Services.GetRequiredService<IJobScheduler>().ScheduleAsync(new SummingArgs("1,234.5"));

        await site.Processes.WaitAsync(id, TimeSpan.FromMinutes(2));
        (await site.Processes.GetResultAsync<string>(id)).ShouldBe("1234.5");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Culture_OfTheApplicationsOwnType_IsTheConfiguredOneOrRefused(bool isConfigured)
    {
        var own = new OwnCulture();
        await using var site = await Site.StartAsync(setup =>
        {
            setup.Services = services => services.Configure<RequestLocalizationOptions>(options =>
            {
                options.RequestCultureProviders.Clear();
                if (isConfigured)
                    options.SupportedCultures = [own];
                options.RequestCultureProviders.Add(new CustomRequestCultureProvider(_ => Task.FromResult<ProviderCultureResult?>(new ProviderCultureResult("de-DE"))));
            });
            if (!isConfigured)
                setup.PageEndpoints = pages => pages.Add(endpoint =>
                {
                    var next = endpoint.RequestDelegate!;
                    endpoint.RequestDelegate = context =>
                    {
                        CultureInfo.CurrentCulture = own;
                        return next(context);
                    };
                });
            setup.Run = (page, _, _) => Task.FromResult<IActionResult>(page.Content($"{CultureInfo.CurrentCulture.GetType().Name} {1.5m}"));
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Bound");

        if (isConfigured)
        {
            (await submitted.ReadResultAsync()).ShouldBe("OwnCulture 1~5");
        }
        else
        {
            submitted.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            site.Log.Entries.Where(entry => entry.Exception is InvalidOperationException).ShouldAllBe(entry =>
                entry.Exception!.Message.Contains("SupportedCultures") && entry.Exception.Message.Contains(nameof(OwnCulture)));
            site.Script.Runs.ShouldBe(0);
        }
    }

    private static Task<IActionResult> ShowBound(ScriptedModel page, ProcessContext process, CancellationToken cancellationToken)
    {
        var bound = (BoundModel)page;
        return Task.FromResult<IActionResult>(page.Content(
            $"{bound.Amount} {bound.When?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}{(page.ModelState.IsValid ? "" : " invalid")}"));
    }

    private static CultureInfo Customised(string name)
    {
        var culture = new CultureInfo(name);
        culture.DateTimeFormat.Calendar = new GregorianCalendar();
        culture.DateTimeFormat.ShortDatePattern = "dd/MM/yyyy";
        culture.NumberFormat.NumberDecimalSeparator = ".";
        culture.NumberFormat.NumberGroupSeparator = ",";
        return culture;
    }

    private sealed class OwnCulture() : CultureInfo("de-DE")
    {
        private NumberFormatInfo _numbers = new() { NumberDecimalSeparator = "~" };

        public override NumberFormatInfo NumberFormat { get => _numbers; set => _numbers = value; }
    }

    private sealed record SummingArgs(string Amount);

    private sealed class Summing : IJob<SummingArgs, string>
    {
        public Task<string> RunAsync(SummingArgs args, ProcessContext process, CancellationToken cancellationToken) =>
            Task.FromResult($"{decimal.Parse(args.Amount, CultureInfo.CurrentCulture)}");
    }
}
