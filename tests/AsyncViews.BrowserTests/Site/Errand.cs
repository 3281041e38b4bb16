namespace AsyncViews.BrowserTests.Site;

/// <summary>Work without a page, driven by a test as the pages' is. It is tried once more after an hour.</summary>
[RetryOnFailure(maxAttempts: 2, FirstDelaySeconds = 3600)]
public sealed class Errand(Works works) : IJob<ErrandOrder, ErrandReport>
{
    public async Task<ErrandReport> RunAsync(ErrandOrder args, ProcessContext process, CancellationToken cancellationToken)
    {
        await works[args.Key].RunAsync(process, cancellationToken);
        return new ErrandReport(args.Key);
    }
}

/// <param name="Key">Of the work.</param>
public sealed record ErrandOrder(string Key);

/// <param name="Done">The key of the work that was done.</param>
public sealed record ErrandReport(string Done);
