using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

public sealed class DeepModel(Script script) : ScriptedModel(script)
{
    [BindProperty(SupportsGet = true)]
    public string? Rest { get; set; }

    public string? Outcome => Rest;
}
