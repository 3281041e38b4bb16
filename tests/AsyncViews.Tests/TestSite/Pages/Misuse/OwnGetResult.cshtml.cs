using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: the name of its handler belongs to the base class.</summary>
public sealed class OwnGetResultModel(Script script) : ScriptedModel(script)
{
    public IActionResult OnGetResult() => Content("mine");
}
