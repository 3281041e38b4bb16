using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page of which only named handlers run as processes, with the handler in its path.</summary>
public sealed class NamedOnlyModel(Script script) : AsyncPageModel
{
    public string? Outcome { get; set; }

    protected override IActionResult InitialPage()
    {
        Outcome = "initial";
        return Page();
    }

    [AsyncHandler]
    public async Task<IActionResult> OnPostSendAsync(string? text, ProcessContext process)
    {
        await script.RunAsync(null!, process, process.CancellationToken);
        Outcome = $"sent {text}";
        return Page();
    }

    [AsyncHandler]
    public IActionResult OnPostCount(string text) => Content($"{text.Length}");
}
