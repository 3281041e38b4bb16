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

    private int? Number { get; set; }

    public void OnGet() => Number = 47;

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        Number = 11;
        return await base.RunAsync(process, cancellationToken);
    }
}
