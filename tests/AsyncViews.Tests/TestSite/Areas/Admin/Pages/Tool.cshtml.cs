using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Areas.Admin.Pages;

public sealed class ToolModel(Script script) : ScriptedModel(script)
{
    public string? Outcome { get; set; }
}
