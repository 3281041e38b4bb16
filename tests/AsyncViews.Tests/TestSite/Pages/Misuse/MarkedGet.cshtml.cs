using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: nothing is submitted with GET.</summary>
public sealed class MarkedGetModel(Script script) : ScriptedModel(script)
{
    [AsyncHandler]
    public void OnGetExport() => ModelState.Clear();
}
