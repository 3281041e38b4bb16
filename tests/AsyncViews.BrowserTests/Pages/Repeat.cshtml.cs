namespace AsyncViews.BrowserTests.Pages;

/// <summary>A ledger whose runs may be repeated.</summary>
[RerunAfterCrash(maxStarts: 2)]
public sealed class RepeatModel(IConfiguration configuration, IHostApplicationLifetime host) : LedgerModel(configuration, host);
