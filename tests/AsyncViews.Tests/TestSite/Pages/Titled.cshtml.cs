using AsyncViews.Tests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.Tests.TestSite.Pages;

/// <summary>A page whose title is made of what its handlers load.</summary>
public sealed class TitledModel(Script script) : ScriptedModel(script)
{
    [ViewData]
    public string Title => $"Order {Number!.Value}";

    [ViewData]
    public string Menu => Number!.Value.ToString("X");

    [ViewData]
    public string? Section { get; set; }

    private int? Number { get; set; }

    public void OnGet() => Number = 47;

    protected override IActionResult ProcessingPage(ProcessStatus status)
    {
        Section = "waiting";
        return base.ProcessingPage(status);
    }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        Number = 11;
        return await base.RunAsync(process, cancellationToken);
    }
}
