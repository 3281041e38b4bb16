using AsyncViews.BrowserTests.Site;

namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>A form of the test site, and the page of its result, which shows the form again.</summary>
public sealed class FormPage(IPage page)
{
    public IPage Page => page;

    public ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public ILocator Name => page.GetByRole(AriaRole.Textbox, new() { Name = "Name" });

    public ILocator Start => page.GetByRole(AriaRole.Button, new() { Name = "Start" });

    public ILocator Outcome => page.Locator("#outcome");

    public static async Task<FormPage> OpenAsync(IPage page, Work work, string path = "/work")
    {
        await page.GotoAsync($"{path}?key={work.Key}");
        return new FormPage(page);
    }

    /// <summary>Sends what the form would, as the first of two clicks does: its answer is never shown.</summary>
    public async Task SendUnseenAsync(string name)
    {
        const string Token = "__RequestVerificationToken";
        var data = page.Context.APIRequest.CreateFormData();
        data.Set("Name", name);
        data.Set(Token, (await page.Locator($"[name={Token}]").GetAttributeAsync("value"))!);
        await using var answer = await page.Context.APIRequest.PostAsync(page.Url, new() { Form = data, MaxRedirects = 0, Headers = [new("Accept", "text/html")] });
        answer.Status.ShouldBe(303);
    }

    /// <summary>Submits, and is on the waiting page.</summary>
    public async Task<WaitingPage> SubmitAsync(string name)
    {
        await Name.FillAsync(name);
        await Start.ClickAsync();
        return await WaitingPage.ReachedAsync(page);
    }
}
