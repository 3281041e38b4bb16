using AsyncViews.BrowserTests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.BrowserTests.Pages;

/// <summary>Writes each start and end of a run to files outside the store, so that a kill can be judged.</summary>
public class LedgerModel(IConfiguration configuration, IHostApplicationLifetime host) : AsyncPageModel
{
    public const string UntilReleased = "until-released";
    public const string Blocking = "blocking";
    public const string UntilStopping = "until-stopping";
    public const string Stubborn = "stubborn";

    private static readonly Lock Writing = new();

    [ViewData]
    public string Title => "Ledger";

    [BindProperty]
    public int Number { get; set; }

    [BindProperty]
    public int Milliseconds { get; set; }

    /// <summary>The time that it waits for; the default are the milliseconds.</summary>
    [BindProperty]
    public string? Wait { get; set; }

    /// <summary>Makes the submission large.</summary>
    [BindProperty]
    public string? Padding { get; set; }

    /// <summary>Makes the result a file of so many bytes.</summary>
    [BindProperty]
    public int ResultBytes { get; set; }

    public string? Written { get; private set; }

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        Write($"start {process.Id}");
        process.ReportProgress(50, "Working");
        try
        {
            await WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Write($"stopped {process.Id}");
            throw;
        }

        Write($"end {process.Id}");
        Written = process.Id.ToString();
        return ResultBytes == 0 ? Page() : File(new byte[ResultBytes], "application/octet-stream");
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        switch (Wait)
        {
            case UntilReleased:
                using (var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(20)))
                {
                    while (!System.IO.File.Exists(configuration["Ledger"] + ".released"))
                        await ticks.WaitForNextTickAsync(cancellationToken);
                }

                break;

            // As code does that knows no await.
            case Blocking:
                while (!System.IO.File.Exists(configuration["Ledger"] + ".released") && !cancellationToken.WaitHandle.WaitOne(100))
                {
                }

                break;

            case UntilStopping:
                var stopping = new TaskCompletionSource();
                host.ApplicationStopping.Register(stopping.SetResult);
                await stopping.Task;
                break;

            case Stubborn:
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;

            default:
                await Task.Delay(Milliseconds, cancellationToken);
                break;
        }
    }

    private void Write(string line)
    {
        lock (Writing)
        {
            using var file = new FileStream(LedgerFiles.OfThisProcess(configuration["Ledger"]!), FileMode.Append, FileAccess.Write);
            file.Write(System.Text.Encoding.ASCII.GetBytes(line + "\n"));
            file.Flush(flushToDisk: true);
        }
    }
}
