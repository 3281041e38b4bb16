using System.Text.RegularExpressions;
using AsyncViews.BrowserTests.Support;

namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>A page of the sample site.</summary>
public sealed class SamplePage(Visitor visitor)
{
    public ILocator Heading => visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Submit => visitor.Page.Locator("main button[type=submit]");

    public ILocator Upload => visitor.Page.GetByLabel("CSV file");

    public ILocator UseExample => visitor.Page.GetByLabel("Use the example file");

    public ILocator Pace => visitor.Page.GetByLabel("Pace");

    public ILocator Futures => visitor.Page.GetByLabel("Simulated futures");

    public ILocator Growth => visitor.Page.GetByLabel("Expected growth");

    public ILocator Chart => visitor.Page.GetByRole(AriaRole.Img, new() { Name = "Passengers per year" });

    public ILocator RejectedRows => visitor.Page.GetByRole(AriaRole.Link, new() { Name = "Download the rejected rows" });

    /// <summary>Goes there from the first page, as a person would.</summary>
    public async Task OpenAsync(string name)
    {
        await visitor.Page.GotoAsync("/");
        await visitor.FitsAsync();
        await visitor.Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await Expect(Submit).ToBeVisibleAsync();
        await visitor.FitsAsync();
    }

    /// <summary>Chooses the language of the library's pages, and is back where that was done.</summary>
    public async Task ChooseLanguageAsync(string name)
    {
        var choice = visitor.Page.GetByLabel("Language of the waiting pages");
        await choice.SelectOptionAsync(name);
        await visitor.Page.GetByRole(AriaRole.Button, new() { Name = "Apply", Exact = true }).ClickAsync();
        await Expect(choice.Locator("option:checked")).ToHaveTextAsync(name);
    }

    /// <summary>Submits the page's form, and sees that the work is under way.</summary>
    public async Task<WaitingPage> SubmitAsync()
    {
        await Submit.ClickAsync();
        var waiting = await WaitingPage.ReachedAsync(visitor.Page);
        await Expect(waiting.Spinner).ToBeVisibleAsync();
        await Expect(waiting.Progress).ToHaveAttributeAsync("value", new Regex("[1-9]"));
        await Expect(waiting.Message).ToBeVisibleAsync();
        await Expect(visitor.Page).ToHaveTitleAsync(new Regex("^[0-9.]+% – .* – Airfield$"));
        await visitor.FitsAsync();
        return waiting;
    }

    /// <summary>A heading of what the work led to.</summary>
    public async Task EndsWithAsync(string heading)
    {
        await Expect(Heading).ToHaveTextAsync(heading);
        await visitor.FitsAsync();
    }
}
