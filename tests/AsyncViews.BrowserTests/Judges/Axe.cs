using Deque.AxeCore.Commons;

namespace AsyncViews.BrowserTests.Judges;

/// <summary>axe with all its rules of WCAG 2.2 up to level AAA and of best practice.</summary>
public static class Axe
{
    /// <summary>
    /// axe, and what it needs in forced colours: it asks for the colour of text by a name under which Chromium does not tell
    /// the forced one (https://github.com/dequelabs/axe-core/issues/3978).
    /// </summary>
    private static readonly string Script = new BundledAxeScriptProvider().GetScript() + """
        ;(() => {
          const { getPropertyValue } = CSSStyleDeclaration.prototype;
          CSSStyleDeclaration.prototype.getPropertyValue = function (name) {
            return getPropertyValue.call(this, name === "-webkit-text-fill-color" ? "color" : name);
          };
        })();
        """;

    /// <summary>
    /// In the page itself, which has no frames: for them, axe's own binding to Playwright opens another page for every
    /// judgement, which took longer than the judging.
    /// </summary>
    private const string Run = """
        async ({ part, without, only }) => {
          const values = ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
          const result = await axe.run({ include: [part] }, {
            runOnly: only.length ? { type: "rule", values: only } : { type: "tag", values },
            rules: Object.fromEntries(without.map(rule => [rule, { enabled: false }])),
            resultTypes: ["violations"],
          });
          if (result.passes.length === 0)
            return ["it has not looked at the page"];
          return result.violations.flatMap(rule => rule.nodes.map(node =>
            `${rule.id}: ${node.html} ${[...node.any, ...node.all, ...node.none].map(check => check.message).join(" ")}`));
        }
        """;

    /// <summary>The rules that another colour scheme may break.</summary>
    private static readonly string[] Colors = ["color-contrast", "color-contrast-enhanced", "link-in-text-block"];

    /// <summary>The faults that it finds on a page.</summary>
    /// <param name="page">The page.</param>
    /// <param name="part">A selector of the only part that counts.</param>
    /// <param name="without">Rules that do not apply there.</param>
    public static Task<IReadOnlyList<string>> JudgeAsync(IPage page, string part = "html", params string[] without) => RunAsync(page, part, without, []);

    /// <summary>The faults that it finds in the colours of a page.</summary>
    public static Task<IReadOnlyList<string>> JudgeColorsAsync(IPage page) => RunAsync(page, "html", [], Colors);

    private static async Task<IReadOnlyList<string>> RunAsync(IPage page, string part, string[] without, string[] only)
    {
        if (await page.EvaluateAsync<bool>("typeof axe === 'undefined'"))
            await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<string[]>(Run, new { part, without, only });
    }
}
