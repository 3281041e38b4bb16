using AsyncViews.BrowserTests.PageObjects;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests;

public sealed class SubmissionTests(BrowserFixture browser, SiteFixture fixture) : BrowserTest(browser)
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task Back_AfterTheResult_LeadsToTheForm(bool script)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var address = visitor.Page.Url;
        await form.SubmitAsync("Ada");
        work.Finish();
        await Expect(form.Outcome).ToBeVisibleAsync();
        var result = visitor.Page.Url;

        await visitor.Page.GoBackAsync();
        visitor.Page.Url.ShouldBe(address);
        await Expect(form.Outcome).ToHaveCountAsync(0);

        await visitor.Page.GoForwardAsync();
        visitor.Page.Url.ShouldBe(result);
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        work.Starts.ShouldBe(1);
    }

    [Fact]
    public async Task TwoTabs_EachHasAProcessOfItsOwn()
    {
        var works = fixture.Site.Works;
        var (first, second) = (works.New(), works.New());
        var visitor = await VisitAsync(fixture.Site.Address);
        var otherTab = await visitor.Context.NewPageAsync();
        var form = await FormPage.OpenAsync(visitor.Page, first);
        var otherForm = await FormPage.OpenAsync(otherTab, second);

        var waiting = await form.SubmitAsync("Ada");
        var otherWaiting = await otherForm.SubmitAsync("Grace");
        await first.ReportAsync(10, "First");
        await second.ReportAsync(20, "Second");
        await waiting.ShowsAsync(10, "First");
        await otherWaiting.ShowsAsync(20, "Second");

        second.Finish();
        await Expect(otherForm.Outcome).ToHaveTextAsync("Done for Grace");
        await waiting.ShowsAsync(10, "First");
        first.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task SameForm_InTwoTabs_IsTwoProcesses()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var otherTab = await visitor.Context.NewPageAsync();
        var form = await FormPage.OpenAsync(visitor.Page, work);
        var otherForm = await FormPage.OpenAsync(otherTab, work);

        await form.SubmitAsync("Ada");
        await otherForm.SubmitAsync("Ada");
        await Patience.UntilAsync(() => work.Starts == 2);
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        await Expect(otherForm.Outcome).ToHaveTextAsync("Done for Ada");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task DoubleClick_OnSubmit_StartsOneProcess(bool script)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script);
        var form = await FormPage.OpenAsync(visitor.Page, work);

        await form.Name.FillAsync("Ada");
        await form.Start.DblClickAsync();
        await WaitingPage.ReachedAsync(visitor.Page);
        await work.StartedAsync();
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        work.Starts.ShouldBe(1);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task SecondClick_WhileTheAnswerIsLate_StartsNoSecondProcess(bool script)
    {
        var work = fixture.Site.Works.New(answersLate: true);
        var visitor = await VisitAsync(fixture.Site.Address, script);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await form.Name.FillAsync("Ada");
        await form.Start.FocusAsync();

        await visitor.Page.Keyboard.PressAsync("Enter");
        await Patience.UntilAsync(() => work.Posts == 1);
        await visitor.Page.Keyboard.PressAsync("Enter");
        await Patience.UntilAsync(() => work.Posts == 2);
        work.Answer();
        await WaitingPage.ReachedAsync(visitor.Page);
        work.Finish();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        work.Starts.ShouldBe(1);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task FormInTheResult_PostedAgain_StartsANewProcess(bool script)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await form.SubmitAsync("Ada");
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
        var result = visitor.Page.Url;

        await form.Name.FillAsync("Grace");
        await form.Start.ClickAsync();

        await Expect(form.Outcome).ToHaveTextAsync("Done for Grace");
        visitor.Page.Url.ShouldNotBe(result);
        work.Starts.ShouldBe(2);
        visitor.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task InvalidForm_IsShownAgainWithItsErrors()
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address);
        var form = await FormPage.OpenAsync(visitor.Page, work);

        await form.Start.ClickAsync();

        await Expect(visitor.Page.GetByText("The Name field is required.")).ToBeVisibleAsync();
        work.Starts.ShouldBe(0);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task FormWithoutItsCookies_IsShownAgainWithAMessage(bool script)
    {
        var work = fixture.Site.Works.New();
        var visitor = await VisitAsync(fixture.Site.Address, script);
        var form = await FormPage.OpenAsync(visitor.Page, work);
        await visitor.Context.ClearCookiesAsync();

        await form.Name.FillAsync("Ada");
        await form.Start.ClickAsync();
        await Expect(visitor.Page.Locator(".validation-summary-errors")).ToBeVisibleAsync();
        await Expect(form.Name).ToHaveValueAsync("Ada");
        work.Starts.ShouldBe(0);

        await form.Start.ClickAsync();
        await work.StartedAsync();
        work.Finish();
        await Expect(form.Outcome).ToHaveTextAsync("Done for Ada");
    }
}
