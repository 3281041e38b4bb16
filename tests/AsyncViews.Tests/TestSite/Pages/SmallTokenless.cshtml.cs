using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

[RequestSizeLimit(1000), IgnoreAntiforgeryToken]
public sealed class SmallTokenlessModel(Script script) : ScriptedModel(script)
{
    [BindProperty]
    public string? Text { get; set; }

    public string? Outcome { get; set; }
}
