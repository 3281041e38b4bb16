using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Authorization;

namespace AsyncViews.Tests.TestSite.Pages;

[Authorize]
public sealed class GuardedModel(Script script) : ScriptedModel(script)
{
    public string? Outcome { get; set; }
}
