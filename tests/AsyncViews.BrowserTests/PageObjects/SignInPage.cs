using System.Text.RegularExpressions;

namespace AsyncViews.BrowserTests.PageObjects;

/// <summary>Where those are sent who must be signed in.</summary>
public sealed partial class SignInPage(IPage page)
{
    private ILocator Button => page.GetByRole(AriaRole.Button, new() { Name = "Sign in" });

    /// <summary>It has taken the waiting page's place, and knows the way back.</summary>
    public async Task IsShownInsteadOfWaitingAsync()
    {
        await Expect(Button).ToBeVisibleAsync();
        await Expect(page).ToHaveURLAsync(WayBack());
    }

    public async Task SignInAsync(string name)
    {
        await page.GetByLabel("Name").FillAsync(name);
        await Button.ClickAsync();
    }

    [GeneratedRegex("/signin[?]ReturnUrl=%2FGuarded%2Fprocessing%3F.*process_id%3D[0-9a-z]{26}")]
    private static partial Regex WayBack();
}
