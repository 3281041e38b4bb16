using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: there is no process for its OnPostExport.</summary>
public sealed class UnmarkedModel(Script script) : ScriptedModel(script)
{
    public void OnPostExport(ProcessContext process) => process.ReportProgress(1);
}
