using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page whose run is tried again when it throws.</summary>
[RetryOnFailure(3)]
public sealed class RetriedModel(Script script) : ScriptedModel(script);
