using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Localization;

namespace AsyncViews.Tests.Views;

/// <summary>The library's texts in the language of the person, whatever the application does with its own.</summary>
public class LanguageTests
{
    [Fact]
    public async Task Pages_InArabic_AreArabicAndRightToLeft()
    {
        await using var run = await HeldRun.StartAsync(configure: SpeakAll);

        run.Process.ReportProgress(42.5);
        var page = await OpenAsync(run.Browser, run.Submitted.Processing, "ar");

        var own = page.QuerySelector(".av-page").ShouldNotBeNull();
        own.GetAttribute("lang").ShouldBe("ar");
        own.GetAttribute("dir").ShouldBe("rtl");
        page.QuerySelector(".av-page form button").ShouldNotBeNull().TextContent.ShouldBe("إلغاء");
        page.QuerySelector("#av-status .av-announced").ShouldNotBeNull().TextContent.Trim().ShouldBe("اكتمل ربع العمل.");
    }

    [Theory]
    [InlineData("de-AT", "de", "ltr", "Abbrechen", "42,5\u00a0%")]
    [InlineData("pt-BR", "pt-BR", "ltr", "Cancelar", "42,5%")]
    [InlineData("zh-TW", "zh-Hant", "ltr", "取消", "42.5%")]
    [InlineData("fa-IR", "fa", "rtl", "لغو", "42٫5٪")]
    [InlineData("is-IS", "en", "ltr", "Cancel", "42,5%")]
    public async Task Pages_InALanguage_SayWhichOneTheyShow(string culture, string lang, string dir, string cancel, string percent)
    {
        await using var run = await HeldRun.StartAsync(configure: SpeakAll);

        run.Process.ReportProgress(42.5);
        var page = await OpenAsync(run.Browser, run.Submitted.Processing, culture);

        var own = page.QuerySelector(".av-page").ShouldNotBeNull();
        own.GetAttribute("lang").ShouldBe(lang);
        own.GetAttribute("dir").ShouldBe(dir);
        page.QuerySelector(".av-page form button").ShouldNotBeNull().TextContent.ShouldBe(cancel);
        page.QuerySelector(".av-bar span").ShouldNotBeNull().TextContent.ShouldBe(percent);
        page.QuerySelector("title").ShouldNotBeNull().TextContent.ShouldStartWith($"{percent} – Work");
    }

    /// <summary>An application whose forms are read in one culture, and whose pages speak many languages.</summary>
    [Theory]
    [InlineData("en-US", "de", "de", "42,5\u00a0%")]
    [InlineData("de-CH", "de", "de-CH", "42.5\u00a0%")]
    public async Task NumbersAndTimes_InTexts_AreThoseOfTheirLanguage(string culture, string language, string shown, string percent)
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Services += services => services.AddRequestLocalization(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(culture, "en");
            options.SupportedCultures = [CultureInfo.GetCultureInfo(culture)];
            options.SupportedUICultures = [.. Strings.Languages.Select(CultureInfo.GetCultureInfo)];
        }));

        run.Process.ReportProgress(42.5);
        var page = await OpenAsync(run.Browser, run.Submitted.Processing, language);

        page.QuerySelector(".av-bar span").ShouldNotBeNull().TextContent.ShouldBe(percent);
        var kept = page.QuerySelector("p time[datetime$=Z]").ShouldNotBeNull();
        var time = DateTimeOffset.Parse(kept.GetAttribute("datetime")!, CultureInfo.InvariantCulture);
        kept.TextContent.ShouldBe($"{time.UtcDateTime.ToString("f", CultureInfo.GetCultureInfo(shown))} UTC");
    }

    [Fact]
    public async Task Json_InGerman_SaysHowFarItIsInGerman()
    {
        await using var run = await HeldRun.StartAsync(configure: SpeakAll);

        run.Process.ReportProgress(42.5);
        using var response = await run.Browser.GetAsync(run.Submitted.Completed, ("Accept", "application/json"), ("Accept-Language", "de"));

        var status = await response.JsonAsync(HttpStatusCode.OK);
        status.GetProperty("progress_message").GetString().ShouldBe("42,5\u00a0% abgeschlossen …");
        status.GetProperty("completed").GetDouble().ShouldBe(42.5);
    }

    [Fact]
    public async Task RefusedForm_InGerman_SaysWhyInGerman()
    {
        await using var site = await Site.StartAsync(SpeakAll);
        using var browser = site.Browse();
        await browser.OpenAsync("/Work");

        var refused = await browser.PostAsync("/Work", Browser.Form(), ("Accept-Language", "de"));

        (await refused.Response.TextAsync(HttpStatusCode.BadRequest)).ShouldContain("Es wurde nichts gestartet.");
    }

    [Fact]
    public async Task Texts_OfTheLibrary_AreReplacedByTheApplications()
    {
        await using var run = await HeldRun.StartAsync(configure: setup =>
        {
            SpeakAll(setup);
            setup.Services += services => services.AddSingleton<IStringLocalizer<Strings>, OwnTexts>();
        });

        run.Process.ReportProgress(12.5);
        var page = await OpenAsync(run.Browser, run.Submitted.Processing, "de");

        page.QuerySelector("#av-status .av-state").ShouldNotBeNull().TextContent.Trim().ShouldBe("One moment");
        page.QuerySelector(".av-bar span").ShouldNotBeNull().TextContent.ShouldBe("12,5 of 100");
        page.QuerySelector(".av-page form button").ShouldNotBeNull().TextContent.ShouldBe("Abbrechen");
    }

    [Theory]
    [InlineData("Kept <b>until</b> {0} & no longer", "^Kept &lt;b&gt;until&lt;/b&gt; <time datetime=\"[0-9T:-]{19}Z\">[^<]* UTC</time> &amp; no longer$")]
    [InlineData("Kept for long", "^Kept for long$")]
    public async Task TextWithATime_OfTheApplication_IsTextButForTheTime(string text, string shown)
    {
        await using var run = await HeldRun.StartAsync(configure: setup => setup.Services += services =>
            services.AddSingleton<IStringLocalizer<Strings>>(new OwnTexts { UntilWhen = text }));

        var page = await run.Browser.OpenAsync(run.Submitted.Processing);

        page.QuerySelectorAll(".av-page > p").Select(paragraph => paragraph.InnerHtml.Trim()).ShouldContain(html => Regex.IsMatch(html, shown));
    }

    [Fact]
    public void Texts_AllOfALanguage_HaveThoseOfItsParentToo()
    {
        using var _ = new Speaking("pt-BR");
        var texts = new Strings();

        var all = texts.GetAllStrings(includeParentCultures: true).ToDictionary(text => text.Name, text => text.Value);
        all["Ready.Title"].ShouldBe("Seu arquivo está pronto");
        all["Action.Cancel"].ShouldBe("Cancelar");
        texts.GetAllStrings(includeParentCultures: false).ShouldNotContain(text => text.Name == "Action.Cancel");
        texts["Action.Cancel"].ResourceNotFound.ShouldBeFalse();
        texts["No such text"].ResourceNotFound.ShouldBeTrue();
    }

    private static async Task<IHtmlDocument> OpenAsync(Browser browser, string path, string language)
    {
        using var response = await browser.GetAsync(path, ("Accept-Language", language));
        return await response.DocumentAsync(HttpStatusCode.OK);
    }

    /// <summary>An application with a ResourcesPath of its own, where nothing of the library is.</summary>
    private static void SpeakAll(SiteSetup setup) => setup.Services += services =>
    {
        services.AddLocalization(options => options.ResourcesPath = "Elsewhere");
        services.AddRequestLocalization(options => options
            .AddSupportedCultures([.. Strings.Languages, "is"])
            .AddSupportedUICultures([.. Strings.Languages, "is"]));
    };

    private sealed class OwnTexts : Strings
    {
        public string? UntilWhen { get; init; }

        public override LocalizedString this[string name] => name switch
        {
            "Processing.CanClose" when UntilWhen is { } text => new(name, text),
            "State.Running" => new(name, "One moment"),
            "Progress.Percent" => new(name, "{0} of 100"),
            _ => base[name],
        };
    }

    private sealed class Speaking : IDisposable
    {
        private readonly CultureInfo _before = CultureInfo.CurrentUICulture;

        public Speaking(string culture) =>
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(culture);

        public void Dispose() => CultureInfo.CurrentUICulture = _before;
    }
}
