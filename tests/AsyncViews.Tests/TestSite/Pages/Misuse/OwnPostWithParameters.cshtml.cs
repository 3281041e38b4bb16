using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: its OnPostAsync stands beside the base class's.</summary>
public sealed class OwnPostWithParametersModel(Script script) : ScriptedModel(script)
{
    public Task<IActionResult> OnPostAsync(string text) => Task.FromResult<IActionResult>(Content(text));
}
