using System.ComponentModel.DataAnnotations;
using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page with several handlers that run as processes, beside its RunAsync and a plain one.</summary>
public sealed class ExportsModel(Script script) : ScriptedModel(script)
{
    [BindProperty(SupportsGet = true)]
    public string? Filter { get; set; }

    public string? Outcome { get; set; }

    protected override bool ShouldRunProcess() => base.ShouldRunProcess() && Filter != "nothing";

    [AsyncHandler]
    [RetryOnFailure(3)]
    [RerunAfterCrash(4)]
    public async Task<IActionResult> OnPostExportAsync(
        [StringLength(4)] string format, [FromHeader(Name = "X-Client")] string? client, [FromServices] Clerk clerk, ProcessContext process, CancellationToken cancellationToken)
    {
        await clerk.WorkAsync(50, "exporting");
        Outcome = $"export {format} {Filter} {client} {process.Id == clerk.Process} {cancellationToken == process.CancellationToken}";
        return Page();
    }

    [AsyncHandler]
    public IActionResult OnPostSum([FromBody] int[] numbers) => new JsonResult(new { sum = numbers.Sum() });

    [AsyncHandler]
    public void OnPostNothing() => Outcome = "nothing";

    public IActionResult OnPostDelete(string name) => Content($"deleted {name}");
}
