using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page that does other things too.</summary>
public sealed class OthersModel(Script script) : ScriptedModel(script)
{
    public string? Outcome { get; set; }

    public async Task OnGetAsync()
    {
        await Task.Yield();
        Outcome = "own OnGetAsync";
    }

    public IActionResult OnGetPreview(int size) => new JsonResult(new { size });

    public IActionResult OnPostDelete(string name) => Content($"deleted {name}");

    public IActionResult OnPostSum([FromBody] int[] numbers) => new JsonResult(new { sum = numbers.Sum() });

    public IActionResult OnPutStore() => Content("stored");
}
