using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: the framework takes its OnRowImported for a handler.</summary>
public sealed class ProcessInHelperModel(Script script) : ScriptedModel(script)
{
    public void OnRowImported(int row, ProcessContext process) => process.ReportProgress(row);
}
