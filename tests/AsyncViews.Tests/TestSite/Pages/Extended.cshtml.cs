using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page that adds to what its form shows again.</summary>
public sealed class ExtendedModel(Script script) : ScriptedModel(script)
{
    public string? Outcome { get; set; }

    public void OnGet() => Outcome = "loaded";

    protected override bool ShouldRunProcess() => false;

    protected override async Task<IActionResult> InitialPageAsync()
    {
        var page = await base.InitialPageAsync();
        Outcome += " and extended";
        return page;
    }
}
