using System.ComponentModel.DataAnnotations;
using AsyncViews;
using Microsoft.AspNetCore.Mvc;

namespace Company.AsyncApplication1.Pages;

public class IndexModel : AsyncPageModel
{
    // Known before the page is shown, so that the waiting page and "my processes" have it, too.
    [ViewData]
    public string Title => "Prime numbers";

    [BindProperty, Range(1, 10_000)]
    public int Limit { get; set; } = 500;

    public List<int>? Primes { get; private set; }

    // The page's POST handler, which runs in the background. The person sees the waiting page meanwhile.
    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        Primes = [];
        for (var number = 2; number <= Limit; number++)
        {
            process.ReportProgress(100.0 * (number - 1) / Limit, $"Checking {number}");
            if (!Primes.Exists(prime => number % prime == 0))
            {
                Primes.Add(number);
            }

            await Task.Delay(10, cancellationToken);   // Replace this loop with your slow work.
        }

        return Page();   // Or File(…), RedirectToPage(…): whatever a POST handler returns.
    }
}
