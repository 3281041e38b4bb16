using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Site;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

/// <summary>No unlucky click destroys anything.</summary>
public sealed class DiscardingTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    /// <summary>Where on the page, from left to right, the buttons of the list are that are called so.</summary>
    private const string Extents = """
        name => [...document.querySelectorAll(".av-buttons a, .av-buttons button")].filter(button => button.id.startsWith(`av-${name}-`))
          .map(button => button.getBoundingClientRect()).flatMap(box => [box.left + scrollX, box.right + scrollX])
        """;

    [Theory]
    [InlineData(Visitor.Wide, true, "en")]
    [InlineData(Visitor.Wide, false, "de")]
    [InlineData(1000, true, "de")]
    [InlineData(700, true, "en")]
    [InlineData(700, true, "de")]
    [InlineData(Visitor.Narrow, true, "en")]
    [InlineData(Visitor.Narrow, false, "de")]
    [InlineData(320, true, "de")]
    [InlineData(Visitor.Wide, true, "he")]
    [InlineData(Visitor.Narrow, true, "he")]
    public async Task Discard_AfterAPoll_IsNowhereCancelWas(int width, bool script, string language)
    {
        await using var site = await TestSite.StartAsync(settings: new TestSiteSettings { Language = language });
        var works = Enumerable.Range(0, 3).Select(_ => site.Works.New()).ToList();
        var visitor = await VisitAsync(site.Address, script, width);
        foreach (var work in works)
        {
            var form = await FormPage.OpenAsync(visitor.Page, work);
            await form.Name.FillAsync("Ada");
            await form.Start.ClickAsync();
            await work.ReportAsync(30, "Reading the rows of a long file");
        }

        var list = await MyProcesses.OpenAsync(visitor.Page);
        await visitor.FitsAsync();
        List<double[]> cancels = [await ExtentsAsync("cancel")], discards = [];
        cancels[0].Length.ShouldBe(6);
        foreach (var (number, end) in new Action<Work>[] { work => work.Fail("It broke."), work => work.Finish(), work => work.Finish() }.Index())
        {
            end(works[number]);
            await Expect(visitor.Page.Locator("[id^=av-discard-]")).ToHaveCountAsync(number + 1);
            await visitor.FitsAsync();
            cancels.Add(await ExtentsAsync("cancel"));
            discards.Add(await ExtentsAsync("discard"));
        }

        foreach (var cancel in cancels.SelectMany(extents => extents.Chunk(2)))
        {
            foreach (var discard in discards.SelectMany(extents => extents.Chunk(2)))
                (discard[0] >= cancel[1] || discard[1] <= cancel[0]).ShouldBeTrue($"Discard from {discard[0]} to {discard[1]}, Cancel from {cancel[0]} to {cancel[1]}");
        }

        Task<double[]> ExtentsAsync(string name) => visitor.Page.EvaluateAsync<double[]>(Extents, name);
    }

    [Theory, InlineData(true, Visitor.Wide), InlineData(true, Visitor.Narrow), InlineData(false, Visitor.Wide), InlineData(false, Visitor.Narrow)]
    public async Task Discard_ByOneClick_DestroysNothing(bool script, int width)
    {
        var (visitor, list) = await ListAsync(script, width);
        var result = await list.Link().GetAttributeAsync("href");

        await list.Discard().ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Name = "Discard this?" })).ToBeVisibleAsync();
        await visitor.FitsAsync();
        await visitor.Page.GetByText("Keep it").ClickAsync();
        await Expect(list.Rows).ToHaveCountAsync(1);
        await list.DiscardAsync();
        await Expect(list.Empty).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();

        await visitor.Page.GotoAsync(result!);
        await Expect(list.Heading).ToHaveTextAsync("You discarded this");
    }

    [Theory, InlineData(Visitor.Wide), InlineData(Visitor.Narrow)]
    public async Task DoubleClick_OnDiscard_DestroysNothing(int width)
    {
        var (visitor, list) = await ListAsync(script: true, width);

        await list.Discard().DblClickAsync();

        await visitor.Page.ReloadAsync();
        await Expect(list.Rows).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Question_WhilePollsGoOn_StaysAndGivesTheFocusBack()
    {
        var running = fixture.Site.Works.New();
        var (visitor, list) = await ListAsync(script: true, Visitor.Wide);
        await (await FormPage.OpenAsync(visitor.Page, running)).SubmitAsync("Grace");
        await running.StartedAsync();
        await MyProcesses.OpenAsync(visitor.Page);

        await list.Discard(row: 1).ClickAsync();
        await Expect(list.Question.GetByRole(AriaRole.Button, new() { Name = "Keep it" })).ToBeFocusedAsync();
        await running.ReportAsync(10, "Step 10");
        await Expect(visitor.Page.GetByText("Step 10")).ToBeVisibleAsync();
        await Expect(list.Question).ToBeVisibleAsync();
        await visitor.Page.Keyboard.PressAsync("Escape");

        await Expect(list.Question).ToHaveCountAsync(0);
        await Expect(list.Discard(row: 1)).ToBeFocusedAsync();
        await Expect(list.Rows).ToHaveCountAsync(2);
        running.Finish();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Question_InAPageOfTheApplication_IsAskedThereToo()
    {
        var (visitor, list) = await ListAsync(script: true, Visitor.Wide);
        await visitor.Page.GotoAsync("/desk?list=1");

        await list.Discard().ClickAsync();
        await Expect(list.Question).ToContainTextAsync("Work");
        await list.Question.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();

        await Expect(list.Empty).ToBeVisibleAsync();
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Question_OfAViewOfTheApplicationsOwn_IsAskedOnItsPage()
    {
        var (visitor, list) = await ListAsync(script: true, Visitor.Wide);
        await visitor.Page.RouteAsync("**/my-processes?discard=*", route => route.FulfillAsync(new()
        {
            ContentType = "text/html",
            Body = "<div class='av-question'><p>Own words</p></div>",
        }));

        await list.Discard().ClickAsync();

        await Expect(visitor.Page.GetByText("Own words")).ToBeVisibleAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    /// <summary>The list of somebody with one result.</summary>
    private async Task<(Visitor Visitor, MyProcesses List)> ListAsync(bool script, int width)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script, width);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await form.SubmitAsync("Ada");
        work.Finish();
        await Expect(form.Outcome).ToBeVisibleAsync();
        return (visitor, await MyProcesses.OpenAsync(visitor.Page));
    }
}
