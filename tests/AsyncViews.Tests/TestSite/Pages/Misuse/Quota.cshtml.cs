using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Pages.Misuse;

/// <summary>Wrong: the options do not have its quota.</summary>
[Quota("nobody knows")]
public sealed class QuotaModel(Script script) : ScriptedModel(script);
