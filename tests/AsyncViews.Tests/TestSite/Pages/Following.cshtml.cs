using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page whose result shows the progress of a process, and the list.</summary>
public sealed class FollowingModel(Script script) : ScriptedModel(script)
{
    /// <summary>Set by runs.</summary>
    public string? Followed { get; set; }
}
