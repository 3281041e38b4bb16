namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: nothing of it runs in the background.</summary>
public sealed class NothingModel : AsyncPageModel
{
    public void OnPost(string text) => ViewData["Text"] = text;
}
