using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AsyncViews.Tests.Support;

/// <summary>The work of a test page's RunAsync.</summary>
public delegate Task<IActionResult> Run(ScriptedModel page, ProcessContext process, CancellationToken cancellationToken);

/// <summary>The work of one site's test pages: each test writes its own.</summary>
public sealed class Script
{
    private int _runs;

    public Run Run { get; set; } = (page, _, _) => Task.FromResult<IActionResult>(page.Page());

    /// <summary>The answer of the page Judged to ShouldRunProcess; null where it does as its base.</summary>
    public Func<PageModel, bool>? ShouldRun { get; set; }

    /// <summary>Tells whether the page Judged finds its Moody valid.</summary>
    public Func<bool> IsMoodyValid { get; set; } = () => true;

    /// <summary>How many runs have begun.</summary>
    public int Runs => Volatile.Read(ref _runs);

    public Task<IActionResult> RunAsync(ScriptedModel page, ProcessContext process, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        return Run(page, process, cancellationToken);
    }
}

/// <summary>A page whose work a test writes.</summary>
public abstract class ScriptedModel(Script script) : AsyncPageModel
{
    protected override Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken) =>
        script.RunAsync(this, process, cancellationToken);

    protected Script Script => script;

    /// <summary>The form as a POST that does not run shows it.</summary>
    public Task<IActionResult> FormAsync() => InitialPageAsync();
}
