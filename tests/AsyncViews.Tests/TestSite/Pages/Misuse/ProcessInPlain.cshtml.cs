using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: its base class knows no processes.</summary>
public sealed class ProcessInPlainModel : PageModel
{
    public void OnPost(ProcessContext process) => process.ReportProgress(1);
}
