using AsyncViews.AnalyzerTests.Support;
using AsyncViews.Analyzers;
using AsyncViews.CodeFixes;

namespace AsyncViews.AnalyzerTests;

/// <summary>The conversion of a page changes its own class, in each of its files, and leaves the other classes as they are.</summary>
public sealed class ConversionOfSeveralTests
{
    [Fact]
    public Task Class_OfTwoFiles_IsConvertedInBoth() => Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
        """
        using Microsoft.AspNetCore.Mvc;

        public partial class WorkModel
        {
            public IActionResult {|AVW001:OnPost|}() => Page();
        }
        """,
        """
        using AsyncViews;
        using Microsoft.AspNetCore.Mvc;

        public partial class WorkModel
        {
            protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => Task.FromResult<IActionResult>(Page());
        }
        """,
        other: """
        using Microsoft.AspNetCore.Mvc.RazorPages;

        public partial class WorkModel : PageModel;
        """,
        otherExpected: """
        using Microsoft.AspNetCore.Mvc.RazorPages;

        public partial class WorkModel : AsyncViews.AsyncPageModel;
        """);

    [Fact]
    public Task Using_ThatAnotherPageOfTheFileNeeds_IsKept() => Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
        """
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.Mvc.RazorPages;

        public class WorkModel : PageModel
        {
            public IActionResult {|AVW001:OnPost|}() => Page();
        }

        public class OtherModel : PageModel
        {
        }
        """,
        """
        using AsyncViews;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.Mvc.RazorPages;

        public class WorkModel : AsyncPageModel
        {
            protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => Task.FromResult<IActionResult>(Page());
        }

        public class OtherModel : PageModel
        {
        }
        """);

    /// <summary>A using of the library would make it ambiguous.</summary>
    [Fact]
    public Task Name_ThatTheLibraryHasToo_IsKept() => Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
        """
        using Cache;
        using Microsoft.AspNetCore.Mvc.RazorPages;

        public class WorkModel : PageModel
        {
            public When Expiry { get; } = When.Always;

            public void {|AVW001:OnPost|}(int id)
            {
            }
        }
        """,
        """
        using Cache;

        public class WorkModel : AsyncViews.AsyncPageModel
        {
            public When Expiry { get; } = When.Always;

            [AsyncViews.AsyncHandler]
            public void OnPost(int id)
            {
            }
        }
        """,
        other: "namespace Cache; public enum When { Always }",
        otherExpected: "namespace Cache; public enum When { Always }");

    [Fact]
    public Task Name_OfTheApplicationsOwn_IsNotTakenForTheLibrarys() => Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
        """
        using Cache;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.Mvc.RazorPages;

        public class WorkModel : PageModel
        {
            public IActionResult {|AVW001:OnPost|}() => Page();

            private static void Clear(ProcessContext context) => context.ToString();
        }
        """,
        """
        using Cache;
        using Microsoft.AspNetCore.Mvc;

        public class WorkModel : AsyncViews.AsyncPageModel
        {
            protected override Task<IActionResult> RunAsync(AsyncViews.ProcessContext process, CancellationToken cancellationToken) => Task.FromResult<IActionResult>(Page());

            private static void Clear(ProcessContext context) => context.ToString();
        }
        """,
        other: "namespace Cache; public class ProcessContext;",
        otherExpected: "namespace Cache; public class ProcessContext;");

    [Fact]
    public Task Base_OfTheApplicationsOwn_IsNotReplaced() => Code.ShouldHaveNoFixAsync<PageAnalyzer, HandlerFix>("""
        using AsyncViews;
        using Microsoft.AspNetCore.Mvc.RazorPages;

        public class ShopPage : PageModel
        {
        }

        public class WorkModel : ShopPage
        {
            [AsyncHandler]
            public void {|AVW004:OnPost|}()
            {
            }
        }
        """);
}
