using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Authorization;

namespace AsyncViews.Tests.TestSite.Pages;

[Authorize(Policy = "Staff")]
public sealed class StaffOnlyModel(Script script) : ScriptedModel(script)
{
    public string? Outcome { get; set; }
}
