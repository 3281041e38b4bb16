using System.ComponentModel.DataAnnotations;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page for people and scripts, as docs/scripts.md has it.</summary>
[Authorize]
public sealed class ReportModel(Script script) : ScriptedModel(script)
{
    [BindProperty, Required]
    public string? Month { get; set; }
}
