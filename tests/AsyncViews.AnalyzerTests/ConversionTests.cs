using AsyncViews.AnalyzerTests.Support;
using AsyncViews.Analyzers;
using AsyncViews.CodeFixes;

namespace AsyncViews.AnalyzerTests;

/// <summary>A page is converted in one click, and compiles.</summary>
public sealed class ConversionTests
{
    /// <summary>As the framework's documentation on uploads has it: usings in full, a namespace in braces, and a named handler.</summary>
    [Fact]
    public Task UploadPage_OfTheFrameworksDocumentation_IsConverted() => ShouldBeConvertedAsync(
        """
        using System.ComponentModel.DataAnnotations;
        using System.IO;
        using System.Threading.Tasks;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.AspNetCore.Mvc.RazorPages;
        using Microsoft.Extensions.Configuration;

        namespace SampleApp.Pages
        {
            public class PhysicalUploadModel : PageModel
            {
                private readonly long _limit;
                private readonly string _folder;

                public PhysicalUploadModel(IConfiguration config)
                {
                    _limit = config.GetValue<long>("Limit");
                    _folder = config.GetValue<string>("Folder")!;
                }

                [BindProperty]
                public PhysicalUpload FileUpload { get; set; } = null!;

                public string? Result { get; private set; }

                public void OnGet()
                {
                }

                // Saves the file.
                public async Task<IActionResult> {|AVW001:OnPostUploadAsync|}()
                {
                    if (!ModelState.IsValid || FileUpload.FormFile.Length > _limit)
                    {
                        Result = "Please correct the form.";

                        return Page();
                    }

                    var content = new byte[FileUpload.FormFile.Length];
                    var path = Path.Combine(
                        _folder, Path.GetRandomFileName());
                    using (var fileStream = System.IO.File.Create(path))
                    {
                        await fileStream.WriteAsync(content);
                        await FileUpload.FormFile.CopyToAsync(fileStream);
                    }

                    return RedirectToPage("./Index");
                }
            }

            public class PhysicalUpload
            {
                [Required]
                [Display(Name="File")]
                public IFormFile FormFile { get; set; } = null!;
            }
        }
        """,
        """
        using System.ComponentModel.DataAnnotations;
        using System.IO;
        using System.Threading;
        using System.Threading.Tasks;
        using AsyncViews;
        using Microsoft.AspNetCore.Http;
        using Microsoft.AspNetCore.Mvc;
        using Microsoft.Extensions.Configuration;

        namespace SampleApp.Pages
        {
            public class PhysicalUploadModel : AsyncPageModel
            {
                private readonly long _limit;
                private readonly string _folder;

                public PhysicalUploadModel(IConfiguration config)
                {
                    _limit = config.GetValue<long>("Limit");
                    _folder = config.GetValue<string>("Folder")!;
                }

                [BindProperty]
                public PhysicalUpload FileUpload { get; set; } = null!;

                public string? Result { get; private set; }

                public void OnGet()
                {
                }

                // Saves the file.
                [AsyncHandler]
                public async Task<IActionResult> OnPostUploadAsync(CancellationToken cancellationToken)
                {
                    if (!ModelState.IsValid || FileUpload.FormFile.Length > _limit)
                    {
                        Result = "Please correct the form.";

                        return Page();
                    }

                    var content = new byte[FileUpload.FormFile.Length];
                    var path = Path.Combine(
                        _folder, Path.GetRandomFileName());
                    using (var fileStream = System.IO.File.Create(path))
                    {
                        await fileStream.WriteAsync(content, cancellationToken);
                        await FileUpload.FormFile.CopyToAsync(fileStream, cancellationToken);
                    }

                    return RedirectToPage("./Index");
                }
            }

            public class PhysicalUpload
            {
                [Required]
                [Display(Name="File")]
                public IFormFile FormFile { get; set; } = null!;
            }
        }
        """,
        implicitUsings: false);

    [Theory]
    [InlineData(
        "public async Task<IActionResult> {|AVW001:OnPostAsync|}()\n    {\n        await Task.Delay(1);\n        return Page();\n    }",
        "protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)\n    {\n        await Task.Delay(1, cancellationToken);\n        return Page();\n    }")]
    [InlineData(
        "public async Task {|AVW001:OnPostAsync|}()\n    {\n        if (Name is null)\n            return;\n        await Task.Delay(1, HttpContext.RequestAborted);\n    }",
        "protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)\n    {\n        if (Name is null)\n            return Page();\n        await Task.Delay(1, cancellationToken);\n        return Page();\n    }")]
    [InlineData(
        "public IActionResult {|AVW001:OnPost|}()\n    {\n        if (Name is null)\n            return NotFound();\n        return RedirectToPage(\"Index\");\n    }",
        "protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)\n    {\n        if (Name is null)\n            return Task.FromResult<IActionResult>(NotFound());\n        return Task.FromResult<IActionResult>(RedirectToPage(\"Index\"));\n    }")]
    [InlineData(
        "public void {|AVW001:OnPost|}()\n    {\n        ModelState.Clear();\n    }",
        "protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)\n    {\n        ModelState.Clear();\n        return Task.FromResult<IActionResult>(Page());\n    }")]
    [InlineData(
        "public IActionResult {|AVW001:OnPost|}() => Page();",
        "protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => Task.FromResult<IActionResult>(Page());")]
    [InlineData(
        "public Task<IActionResult> {|AVW001:OnPostAsync|}(CancellationToken stop) => Task.FromResult<IActionResult>(Page());",
        "protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken stop) => Task.FromResult<IActionResult>(Page());")]
    [InlineData(
        "public async Task<PageResult> {|AVW001:OnPostAsync|}()\n    {\n        var process = 1;\n        await Task.Delay(process);\n        return Page();\n    }",
        "protected override async Task<IActionResult> RunAsync(ProcessContext process2, CancellationToken cancellationToken)\n    {\n        var process = 1;\n        await Task.Delay(process, cancellationToken);\n        return Page();\n    }", true)]
    [InlineData(
        "public async ValueTask<IActionResult> {|AVW001:OnPostAsync|}()\n    {\n        await Task.Delay(1);\n        return Page();\n    }",
        "protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)\n    {\n        await Task.Delay(1, cancellationToken);\n        return Page();\n    }")]
    [InlineData(
        "public ValueTask<IActionResult> {|AVW001:OnPostAsync|}() => new(Page());",
        "protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => await new ValueTask<IActionResult>(Page());")]
    [InlineData(
        "public virtual async Task<IActionResult> {|AVW001:OnPostAsync|}()\n    {\n        await Task.Delay(1);\n        return Page();\n    }",
        "[AsyncHandler]\n    public virtual async Task<IActionResult> OnPostAsync()\n    {\n        await Task.Delay(1);\n        return Page();\n    }")]
    [InlineData(
        "public async Task<IActionResult> {|AVW001:OnPostAsync|}(int id, string name = \"\")\n    {\n        await Task.Delay(id);\n        return Page();\n    }",
        "[AsyncHandler]\n    public async Task<IActionResult> OnPostAsync(int id, string name = \"\", CancellationToken cancellationToken = default)\n    {\n        await Task.Delay(id, cancellationToken);\n        return Page();\n    }")]
    [InlineData(
        "[RequestSizeLimit(1000)]\n    public void {|AVW001:OnPostExport|}(int id)\n    {\n    }",
        "[AsyncHandler]\n    [RequestSizeLimit(1000)]\n    public void OnPostExport(int id)\n    {\n    }")]
    [InlineData(
        "public void {|AVW001:OnPost|}()\n    {\n    }\n\n    public void OnGet() => OnPost();",
        "[AsyncHandler]\n    public void OnPost()\n    {\n    }\n\n    public void OnGet() => OnPost();")]
    [InlineData(
        "public Task<IActionResult> {|AVW001:OnPostExportAsync|}(int id) => WorkAsync(id);\n\n    private static Task<IActionResult> WorkAsync(int id, CancellationToken stop = default) => null!;",
        "[AsyncHandler]\n    public Task<IActionResult> OnPostExportAsync(int id, CancellationToken cancellationToken) => WorkAsync(id, cancellationToken);\n\n    private static Task<IActionResult> WorkAsync(int id, CancellationToken stop = default) => null!;")]
    [InlineData(
        "public async void {|AVW001:OnPostExportAsync|}(int id)\n    {\n        await Task.Delay(id);\n    }",
        "[AsyncHandler]\n    public async Task OnPostExportAsync(int id, CancellationToken cancellationToken)\n    {\n        await Task.Delay(id, cancellationToken);\n    }")]
    [InlineData(
        "public async Task {|AVW001:OnPostAsync|}()\n    {\n        Response.OnCompleted(() => Task.Delay(1));\n        static Task LaterAsync(HttpContext context) => Task.Delay(1, context.RequestAborted);\n        await LaterAsync(HttpContext);\n    }",
        "protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)\n    {\n        Response.OnCompleted(() => Task.Delay(1));\n        static Task LaterAsync(HttpContext context) => Task.Delay(1, context.RequestAborted);\n        await LaterAsync(HttpContext);\n        return Page();\n    }")]
    [InlineData(
        "public string? Task { get; set; }\n\n    public IActionResult {|AVW001:OnPost|}() => Page();",
        "public string? Task { get; set; }\n\n    protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => System.Threading.Tasks.Task.FromResult<IActionResult>(Page());")]
    [InlineData(
        "public string? Task { get; set; }\n\n    public void {|AVW001:OnPost|}()\n    {\n    }",
        "public string? Task { get; set; }\n\n    protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)\n    {\n        return System.Threading.Tasks.Task.FromResult<IActionResult>(Page());\n    }")]
    [InlineData(
        "public IActionResult {|AVW001:OnPost|}() => throw new NotImplementedException();",
        "protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => throw new NotImplementedException();")]
    [InlineData(
        "public void {|AVW001:OnPost|}() => throw new NotImplementedException();",
        "protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => throw new NotImplementedException();")]
    [InlineData(
        "public Task {|AVW001:OnPostAsync|}() => throw new NotImplementedException();",
        "protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => throw new NotImplementedException();")]
    public Task Handler_OfAnyForm_IsConverted(string before, string after, bool needsPages = false) => ShouldBeConvertedAsync(
        Page("PageModel", before, "Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Mvc.RazorPages"),
        Page("AsyncPageModel", after, ["AsyncViews", "Microsoft.AspNetCore.Mvc", .. needsPages ? ["Microsoft.AspNetCore.Mvc.RazorPages"] : Array.Empty<string>()]));

    [Fact]
    public async Task Page_ConvertedByHalf_IsMended()
    {
        await Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
            Page("AsyncPageModel", "public IActionResult {|AVW007:OnPost|}() => Page();", "AsyncViews", "Microsoft.AspNetCore.Mvc"),
            Page("AsyncPageModel", "protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => Task.FromResult<IActionResult>(Page());", "AsyncViews", "Microsoft.AspNetCore.Mvc"));
        await Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
            Page("PageModel", "[AsyncHandler]\n    public void {|AVW004:OnPost|}()\n    {\n    }", "AsyncViews", "Microsoft.AspNetCore.Mvc.RazorPages"),
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPost()\n    {\n    }", "AsyncViews"));
        await Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPost()\n    {\n    }\n\n    public void {|AVW006:OnPostExport|}(ProcessContext process)\n    {\n    }", "AsyncViews"),
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPost()\n    {\n    }\n\n    [AsyncHandler]\n    public void OnPostExport(ProcessContext process)\n    {\n    }", "AsyncViews"));
    }

    [Fact]
    public async Task Handler_ThatTakesAProcess_IsMarkedInAPageOfProcesses()
    {
        await Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
            Page("PageModel", "public void {|AVW006:OnPost|}(ProcessContext process)\n    {\n    }", "AsyncViews", "Microsoft.AspNetCore.Mvc.RazorPages"),
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPost(ProcessContext process)\n    {\n    }", "AsyncViews"));
        await Code.ShouldHaveNoFixAsync<PageAnalyzer, HandlerFix>(
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPost()\n    {\n    }\n\n    public void {|AVW006:OnRowImported|}(ProcessContext process)\n    {\n    }", "AsyncViews"));
    }

    [Fact]
    public async Task Handler_OfAPageThatWasConvertedBefore_IsMarked()
    {
        await Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPost()\n    {\n    }\n\n    public void {|AVW001:OnPostExport|}()\n    {\n    }", "AsyncViews"),
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPost()\n    {\n    }\n\n    [AsyncHandler]\n    public void OnPostExport()\n    {\n    }", "AsyncViews"));
        await Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPostExport()\n    {\n    }\n\n    public IActionResult {|AVW001:OnPost|}() => Page();", "AsyncViews", "Microsoft.AspNetCore.Mvc"),
            Page("AsyncPageModel", "[AsyncHandler]\n    public void OnPostExport()\n    {\n    }\n\n    protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) => Task.FromResult<IActionResult>(Page());", "AsyncViews", "Microsoft.AspNetCore.Mvc"));
    }

    /// <summary>The key of a search is a list of arguments, behind which the token cannot stand.</summary>
    [Fact]
    public Task Token_BehindKeys_IsPassedOn() => ShouldBeConvertedAsync(
        Page("PageModel", "public async Task<IActionResult> {|AVW001:OnPostAsync|}(DbContext shop)\n    {\n        await shop.FindAsync<string>(1);\n        return Page();\n    }", "Microsoft.AspNetCore.Mvc", "Microsoft.AspNetCore.Mvc.RazorPages", "Microsoft.EntityFrameworkCore"),
        Page("AsyncPageModel", "[AsyncHandler]\n    public async Task<IActionResult> OnPostAsync(DbContext shop, CancellationToken cancellationToken)\n    {\n        await shop.FindAsync<string>([1], cancellationToken);\n        return Page();\n    }", "AsyncViews", "Microsoft.AspNetCore.Mvc", "Microsoft.EntityFrameworkCore"));

    private static Task ShouldBeConvertedAsync(string before, string after, bool implicitUsings = true) =>
        Code.ShouldBeFixedAsync<PageAnalyzer, HandlerFix>(before, after, implicitUsings);

    private static string Page(string model, string members, params IEnumerable<string> usings) => $$"""
        {{string.Join('\n', usings.Select(name => $"using {name};"))}}

        public class WorkModel : {{model}}
        {
            public string? Name { get; set; }

            {{members}}
        }
        """;
}
