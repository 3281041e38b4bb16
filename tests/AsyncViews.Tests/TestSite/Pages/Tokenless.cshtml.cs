using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page for scripts that have no form.</summary>
[IgnoreAntiforgeryToken]
public sealed class TokenlessModel(Script script) : ScriptedModel(script)
{
    [BindProperty]
    public string? Text { get; set; }

    public string? Outcome { get; set; }
}
