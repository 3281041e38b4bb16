using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page that no GET can open: Razor Pages does not choose either.</summary>
public sealed class TwoGetsModel(Script script) : ScriptedModel(script)
{
    public void OnGet() => ViewData["Title"] = "one";

    public void OnGet(int id) => ViewData["Title"] = $"other {id}";
}
