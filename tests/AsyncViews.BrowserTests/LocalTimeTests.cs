using System.Globalization;
using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>Times of day are the person's own where a script can tell them, and else say that they are UTC.</summary>
public sealed class LocalTimeTests(BrowserFixture browser, SiteFixture fixture, SampleFixture sample) : BrowserTest(browser)
{
    /// <summary>Without daylight saving, and its minutes are nobody else's.</summary>
    private const string Kathmandu = "Asia/Kathmandu";

    private static readonly TimeSpan KathmanduOffset = new(5, 45, 0);

    [Fact]
    public async Task WaitingPage_SaysUntilWhenInThePersonsTime()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, timeZone: Kathmandu);
        await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");

        await ShouldBeLocalAsync(visitor, "dddd, MMMM d, yyyy");

        work.Finish();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task PageOfAFile_SaysUntilWhenInThePersonsTime()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, timeZone: Kathmandu);
        await (await FormPage.OpenAsync(visitor.Page, work, "/export")).SubmitAsync("people.csv");
        work.Finish();
        await Expect(new ReadyPage(visitor.Page).Heading).ToBeVisibleAsync();

        await ShouldBeLocalAsync(visitor, "dddd, MMMM d, yyyy");
    }

    [Fact]
    public async Task List_BeforeAndAfterAPoll_SaysWhenInThePersonsTime()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, timeZone: Kathmandu);
        await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");
        await work.StartedAsync();
        var list = await MyProcesses.OpenAsync(visitor.Page);
        await Expect(Times(visitor)).ToHaveCountAsync(1);
        await ShouldBeLocalAsync(visitor, "MMM d, yyyy");

        work.Finish();
        await Expect(list.Rows).ToContainTextAsync("Done");
        await Expect(Times(visitor)).ToHaveCountAsync(2);
        await ShouldBeLocalAsync(visitor, "MMM d, yyyy");

        await visitor.Page.ReloadAsync();
        await ShouldBeLocalAsync(visitor, "MMM d, yyyy");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task EmbeddedProgress_AfterAPoll_SaysWhenItIsTriedAgainInThePersonsTime()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, timeZone: Kathmandu);
        await (await FormPage.OpenAsync(visitor.Page, work, "/errands")).Start.ClickAsync();
        await visitor.Page.GotoAsync($"/desk?id={(await work.StartedAsync()).Id}");
        await Expect(visitor.Page.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();

        work.Fail("The shop was closed.");

        await Expect(visitor.Page.GetByText("Starts at:")).ToBeVisibleAsync();
        await ShouldBeLocalAsync(visitor, "dddd, MMMM d, yyyy");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Times_InEnglish_AreWrittenAsInThePersonsCountry()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, locale: "en-GB", timeZone: Kathmandu);
        await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");

        var local = await LocalTimeAsync(Times(visitor));
        await Expect(Times(visitor)).ToContainTextAsync(local.ToString("d MMMM yyyy", CultureInfo.InvariantCulture));
        await Expect(Times(visitor)).ToContainTextAsync(local.ToString("HH:mm", CultureInfo.InvariantCulture));

        work.Finish();
    }

    [Fact]
    public async Task Times_OfAPageInGerman_AreWrittenInGerman()
    {
        var visitor = await VisitAsync(sample.Address, locale: "de-DE", timeZone: Kathmandu);
        await visitor.Page.GotoAsync("/report");
        await new SamplePage(visitor).Submit.ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Ihre Datei ist bereit");

        var local = await LocalTimeAsync(Times(visitor));

        await Expect(Times(visitor)).ToContainTextAsync(local.ToString("dddd, d. MMMM yyyy", CultureInfo.GetCultureInfo("de")));
        await Expect(Times(visitor)).ToContainTextAsync(local.ToString("HH:mm", CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Times_WithoutScript_SayThatTheyAreUtc()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script: false, timeZone: Kathmandu);
        await (await FormPage.OpenAsync(visitor.Page, work)).SubmitAsync("Ada");
        var utc = (await LocalTimeAsync(Times(visitor))).ToUniversalTime();

        await Expect(Times(visitor)).ToHaveTextAsync($"{utc.ToString("f", CultureInfo.CurrentCulture)} UTC");

        // Beside the waiting page, whose refresh may take the place of a page that is opened in it.
        var list = await visitor.Context.NewPageAsync();
        await MyProcesses.OpenAsync(list);
        await Expect(list.Locator("time[datetime$='Z']").First).ToHaveTextAsync(new Regex("^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC$"));
        work.Finish();
    }

    private static ILocator Times(Visitor visitor) => visitor.Page.Locator("time[datetime$='Z']");

    /// <param name="visitor">Who sees at least one time.</param>
    /// <param name="date">How a date is written in the language of the page.</param>
    private static async Task ShouldBeLocalAsync(Visitor visitor, string date)
    {
        await Expect(Times(visitor).First).ToBeVisibleAsync();
        foreach (var time in await Times(visitor).AllAsync())
        {
            var local = await LocalTimeAsync(time);
            await Expect(time).ToContainTextAsync(local.ToString(date, CultureInfo.InvariantCulture));
            await Expect(time).ToContainTextAsync(local.ToString("h:mm", CultureInfo.InvariantCulture));
            await Expect(time).Not.ToContainTextAsync("UTC");
        }
    }

    private static async Task<DateTimeOffset> LocalTimeAsync(ILocator time) =>
        DateTimeOffset.Parse((await time.GetAttributeAsync("datetime")).ShouldNotBeNull(), CultureInfo.InvariantCulture).ToOffset(KathmanduOffset);
}
