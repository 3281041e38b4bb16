using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>axe with all its rules of WCAG 2.2 up to level AAA and of best practice.</summary>
public static class Axe
{
    private static readonly RunOnlyOptions EveryRule = new()
    {
        Type = "tag",
        Values = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"],
    };

    /// <summary>What it finds on a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="part">A selector of the only part that counts.</param>
    /// <param name="without">Rules that do not apply there.</param>
    public static async Task<IReadOnlyList<string>> JudgeAsync(IPage page, string part = "html", params string[] without)
    {
        var result = await page.RunAxe(
            new AxeRunContext { Include = [new AxeSelector(part)] },
            new AxeRunOptions { RunOnly = EveryRule, Rules = without.ToDictionary(rule => rule, _ => new RuleOptions { Enabled = false }) });
        result.Passes.ShouldNotBeEmpty("it has looked at the page");
        return [.. result.Violations.SelectMany(rule => rule.Nodes.Select(node =>
            $"{rule.Id}: {node.Html} {string.Join(' ', node.Any.Concat(node.All).Concat(node.None).Select(check => check.Message))}"))];
    }
}
