using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.BrowserTests.Pages;

/// <summary>Writes each start and end of a run to a file outside the store, so that a kill can be judged.</summary>
public sealed class LedgerModel(IConfiguration configuration) : AsyncPageModel
{
    private static readonly Lock Writing = new();

    [ViewData]
    public string Title => "Ledger";

    [BindProperty]
    public int Number { get; set; }

    [BindProperty]
    public int Milliseconds { get; set; }

    public string? Written { get; private set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        Write($"start {process.Id}");
        process.ReportProgress(50, "Working");
        await Task.Delay(Milliseconds, cancellationToken);
        Write($"end {process.Id}");
        Written = process.Id.ToString();
        return Page();
    }

    private void Write(string line)
    {
        lock (Writing)
        {
            using var file = new FileStream(configuration["Ledger"]!, FileMode.Append, FileAccess.Write);
            file.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
            file.Flush(flushToDisk: true);
        }
    }
}
