using System.ComponentModel.DataAnnotations;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page of which a test decides what is valid, and whether it runs all the same.</summary>
[SubmissionOnly(typeof(NamedOnPageFilter))]
[RunOnly(typeof(IRunFilter))]
public sealed class JudgedModel(Script script) : ScriptedModel(script)
{
    [BindProperty, StringLength(10)]
    public string? Text { get; set; }

    [BindProperty]
    public int Number { get; set; }

    [BindProperty, DecidedByScript]
    public string? Moody { get; set; }

    protected override bool ShouldRunProcess() => Script.ShouldRun?.Invoke(this) ?? base.ShouldRunProcess();

    [AsyncHandler, RetryOnFailure(5)]
    public Task<IActionResult> OnPostRetriedAsync(ProcessContext process) => Script.RunAsync(this, process, process.CancellationToken);

    private sealed class DecidedByScriptAttribute : ValidationAttribute
    {
        protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
            validationContext.GetRequiredService<Script>().IsMoodyValid() ? null : new ValidationResult("not today", ["Moody"]);
    }
}
