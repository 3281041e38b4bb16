using AsyncViews.AnalyzerTests.Support;
using AsyncViews.Analyzers;

namespace AsyncViews.AnalyzerTests;

/// <summary>The mistakes that stop an application at its start are named while somebody types.</summary>
public sealed class PageAnalyzerTests
{
    [Theory]
    [InlineData("protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => null!; public void {|AVW002:OnPost|}() { }")]
    [InlineData("protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => null!; [AsyncHandler] public void {|AVW002:OnPostAsync|}(int id) { }")]
    [InlineData("[AsyncHandler] public void OnPost() { } public void {|AVW003:OnGetResult|}() { }")]
    [InlineData("[AsyncHandler] public void OnPost() { } public void {|AVW003:OnPostCancelAsync|}() { }")]
    [InlineData("[AsyncHandler] public void OnPost() { } [AsyncHandler] public void {|AVW005:OnGetExport|}() { }")]
    [InlineData("[AsyncHandler] public void OnPost() { } [AsyncHandler] private void {|AVW005:OnPostExport|}() { }")]
    [InlineData("[AsyncHandler] public void OnPost() { } public void {|AVW006:OnPostExport|}(ProcessContext process) { }")]
    [InlineData("[AsyncHandler] public void OnPost() { } public void {|AVW006:OnRowImported|}(int row, ProcessContext process) { }")]
    [InlineData("public IActionResult {|AVW007:OnPost|}() => Page(); public void OnPostExport() { }")]
    [InlineData("public IActionResult {|AVW007:OnPostExport|}() => Page();")]
    public Task PageWithProcesses_ThatStopsTheStart_IsAnError(string members) => InPageAsync("AsyncPageModel", members);

    [Theory]
    [InlineData("protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => null!; public void OnGet() { } public void {|AVW001:OnPostDelete|}() { } public void OnPut() { }")]
    [InlineData("[AsyncHandler] public void OnPost(int id, ProcessContext process) { } [AsyncHandler] public void OnPostExport() { } private void Result() { }")]
    [InlineData("[AsyncHandler] public void OnPost() { } public void Offline(ProcessContext process) { } private void OnPostExport(ProcessContext process) { }")]
    [InlineData("[AsyncHandler] public void OnPost() { } [Microsoft.AspNetCore.Mvc.RazorPages.NonHandler] public void OnPostTo(ProcessContext process) { }")]
    [InlineData("[AsyncHandler] public void OnPost(int id) { } public void {|AVW001:OnPostExport|}() { }")]
    public Task PageWithProcesses_ThatStarts_HasNoError(string members) => InPageAsync("AsyncPageModel", members);

    [Theory]
    [InlineData("public IActionResult {|AVW001:OnPost|}() => Page(); public void OnGet() { } private void OnPostNothing() { }")]
    [InlineData("public async Task {|AVW001:OnPostUploadAsync|}() => await Task.Yield(); public static void OnPost() { }")]
    [InlineData("[AsyncHandler] public void {|AVW004:OnPost|}() { }")]
    [InlineData("public async Task {|AVW006:OnPostAsync|}(ProcessContext process) => await Task.Yield(); public void {|AVW006:OnGet|}(ProcessContext process) { }")]
    public Task OrdinaryPage_IsOfferedTheConversion(string members) => InPageAsync("Microsoft.AspNetCore.Mvc.RazorPages.PageModel", members);

    [Fact]
    public Task PageWithoutAnyHandler_IsAnError_UnlessOthersDeriveFromIt() => Code.ShouldBeJudgedAsync<PageAnalyzer>("""
        using AsyncViews;
        using Microsoft.AspNetCore.Mvc;

        public class {|AVW007:EmptyModel|} : AsyncPageModel
        {
        }

        public abstract class AbstractModel : AsyncPageModel
        {
        }

        public class ShopPage : AsyncPageModel
        {
        }

        public class OrderModel : ShopPage
        {
            protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => Task.FromResult<IActionResult>(Page());
        }

        public class BelowModel : OrderModel
        {
        }

        public class Controller
        {
            public void OnPost() { }
        }

        public class Empty : Microsoft.AspNetCore.Mvc.RazorPages.Page
        {
            public override Task ExecuteAsync() => Task.CompletedTask;
        }
        """);

    [Fact]
    public Task Post_OfABasePage_BesideRunAsync_IsAnError() => Code.ShouldBeJudgedAsync<PageAnalyzer>("""
        using AsyncViews;
        using Microsoft.AspNetCore.Mvc;

        public abstract class ShopPage : AsyncPageModel
        {
            public virtual void OnPost() { }
        }

        public class OrderModel : ShopPage
        {
            protected override Task<IActionResult> {|AVW002:RunAsync|}(ProcessContext process, CancellationToken cancellationToken) => null!;
        }

        public class BelowModel : OrderModel
        {
        }

        public class QuietModel : ShopPage
        {
            [Microsoft.AspNetCore.Mvc.RazorPages.NonHandler]
            public override void OnPost() { }

            protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => null!;
        }

        public class StillQuietModel : QuietModel
        {
            public override void OnPost() { }

            protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => null!;
        }
        """);

    /// <summary>Its pages are those of the applications that refer to it.</summary>
    [Fact]
    public Task BaseClass_InALibraryWithoutPages_IsLeftAlone() => Code.ShouldBeJudgedAsync<PageAnalyzer>("""
        using AsyncViews;

        public class ShopPage : AsyncPageModel
        {
            public string? Shop { get; set; }
        }
        """);

    [Fact]
    public Task Override_OfAMarkedHandler_IsMarked() => Code.ShouldBeJudgedAsync<PageAnalyzer>("""
        using AsyncViews;
        using Microsoft.AspNetCore.Mvc;

        public abstract class ShopPage : AsyncPageModel
        {
            [AsyncHandler]
            public abstract Task<IActionResult> OnPostAsync(int id, ProcessContext process);
        }

        public class OrderModel : ShopPage
        {
            public override Task<IActionResult> OnPostAsync(int id, ProcessContext process) => Task.FromResult<IActionResult>(Page());
        }

        public class ExportPage : AsyncPageModel
        {
            [AsyncHandler]
            public virtual void OnPostExport(ProcessContext process) { }
        }

        public class LettersModel : ExportPage
        {
            public override void OnPostExport(ProcessContext process) { }
        }

        public abstract class QuietPage : AsyncPageModel
        {
            [Microsoft.AspNetCore.Mvc.RazorPages.NonHandler]
            public abstract void OnPostTo(ProcessContext process);
        }

        public class QuietModel : QuietPage
        {
            [AsyncHandler]
            public void OnPost() => OnPostTo(null!);

            public override void OnPostTo(ProcessContext process) { }
        }
        """);

    [Fact]
    public Task Page_OfTheTemplate_NeedsNoImplicitUsingsAndHasAnyName() => Code.ShouldBeJudgedAsync<PageAnalyzer>(
        File.ReadAllText(Path.Combine(Code.Repository, "src/AsyncViews.Templates/content/asyncpage/Work1.cshtml.cs")).Replace("Work1", "AsyncPage"), implicitUsings: false);

    private static Task InPageAsync(string model, string members) => Code.ShouldBeJudgedAsync<PageAnalyzer>($$"""
        using AsyncViews;
        using Microsoft.AspNetCore.Mvc;

        public class WorkModel : {{model}}
        {
            {{members}}
        }
        """);
}
