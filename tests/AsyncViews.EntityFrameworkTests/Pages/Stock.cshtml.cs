using AsyncViews.EntityFrameworkTests.Support;
using Microsoft.AspNetCore.Mvc;

namespace AsyncViews.EntityFrameworkTests.Pages;

/// <summary>Saves a row, does the test's own work, and shows a view that reads the rows only while it is written.</summary>
[Transactional<Shop>]
[RetryOfTimeouts]
[IgnoreAntiforgeryToken]
public class StockModel(Shop shop, IServiceProvider services, Work work) : AsyncPageModel
{
    private int _attempt;

    [BindProperty]
    public string Name { get; set; } = "";

    /// <summary>A query that nobody has asked yet.</summary>
    public IQueryable<Item> Rows => Name == "slow at first" && _attempt == 1 ? throw new TimeoutException() : shop.Items.Where(item => item.Name == Name);

    protected override async Task<IActionResult> RunAsync(ProcessContext process, CancellationToken cancellationToken)
    {
        _attempt = process.Attempt;
        shop.Items.Add(new Item { Owner = process.Id.ToString(), Name = Name });
        await shop.SaveChangesAsync(cancellationToken);
        await work(shop, services, process);
        return Page();
    }
}
