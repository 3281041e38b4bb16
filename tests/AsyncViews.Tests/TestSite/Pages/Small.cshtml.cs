using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

[RequestSizeLimit(1000)]
public sealed class SmallModel(Script script) : ScriptedModel(script)
{
    [BindProperty]
    public string? Text { get; set; }

    public string? Outcome { get; set; }
}
