using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: its base class knows no processes.</summary>
public sealed class MarkedPlainModel : PageModel
{
    [AsyncHandler]
    public void OnPost() => ModelState.Clear();
}
