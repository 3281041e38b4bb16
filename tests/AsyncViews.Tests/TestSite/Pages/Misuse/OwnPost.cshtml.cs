using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: its OnPost would take the place of its run.</summary>
public sealed class OwnPostModel(Script script) : ScriptedModel(script)
{
    public void OnPost() => ModelState.Clear();
}
