namespace AsyncViews.BrowserTests.Site;

/// <summary>How a test wants its site. A site that is a process of its own gets it as arguments, <c>--Runs=3</c>.</summary>
public sealed record TestSiteSettings
{
    /// <summary>A connection string of the SQLite store; null keeps processes in memory.</summary>
    public string? Database { get; init; }

    /// <summary>A connection string of the PostgreSQL store, which makes the site a node of a farm.</summary>
    public string? PostgreSql { get; init; }

    /// <summary>Tells whether Quartz runs its processes, on a scheduler in the same database.</summary>
    public bool Quartz { get; init; }

    /// <summary>After which silence a run is lost; null is the library's default.</summary>
    public int? LeaseMilliseconds { get; init; }

    /// <summary>0 lets the operating system choose.</summary>
    public string Port { get; init; } = "0";

    /// <summary>Where the page Ledger writes.</summary>
    public string? Ledger { get; init; }

    /// <summary>How many processes run at once; null is the library's default.</summary>
    public int? Runs { get; init; }

    /// <summary>Its part in a farm.</summary>
    public NodeRole Role { get; init; }

    /// <summary>How often the store is swept; null is the library's default.</summary>
    public int? SweepMilliseconds { get; init; }

    /// <summary>For how long results are kept; null is the library's default.</summary>
    public int? RetentionSeconds { get; init; }

    /// <summary>How much room the disk must have; null is the library's default.</summary>
    public long? MinFreeDiskBytes { get; init; }

    /// <summary>Tells whether it speaks TLS, and so HTTP/2 with browsers.</summary>
    public bool Https { get; init; }

    /// <summary>Tells whether it speaks plain HTTP beside TLS, at a port of its own.</summary>
    public bool HttpToo { get; init; }

    /// <summary>The pages that may show its pages in a frame, as the Content Security Policy says it.</summary>
    public string FrameAncestors { get; init; } = "'none'";

    /// <summary>Tells whether its Content Security Policy names scripts and style sheets by a nonce, and no address.</summary>
    public bool Nonces { get; init; }

    /// <summary>Another htmx than the library's own.</summary>
    public string? Htmx { get; init; }

    /// <summary>The layout that its pages stand in.</summary>
    public string Layout { get; init; } = "_Layout";

    /// <summary>The language that it speaks, whatever its visitors prefer; null for English.</summary>
    public string? Language { get; init; }

    /// <summary>A folder whose files it serves under /assets: those that the layout needs.</summary>
    public string? Assets { get; init; }

    public string Environment { get; init; } = Environments.Production;

    /// <summary>The host's budget to stop.</summary>
    public int ShutdownSeconds { get; init; } = 2;

    /// <summary>A page that this release does not have.</summary>
    public string? Without { get; init; }

    public static TestSiteSettings From(string[] arguments) =>
        new ConfigurationBuilder().AddCommandLine(arguments).Build().Get<TestSiteSettings>() ?? new();

    /// <summary>The settings of a site whose clients submit more than a person would.</summary>
    public void Apply(AsyncViewsOptions options)
    {
        options.MaxLiveProcessesPerOwner = 10_000;
        options.HtmxPath = Htmx;
        options.Role = Role;
        options.MaxConcurrentRuns = Runs ?? options.MaxConcurrentRuns;
        options.MinFreeDiskBytes = MinFreeDiskBytes ?? options.MinFreeDiskBytes;
        if (RetentionSeconds is { } seconds)
            options.ResultRetention = TimeSpan.FromSeconds(seconds);
        if (SweepMilliseconds is { } milliseconds)
            options.SweepInterval = TimeSpan.FromMilliseconds(milliseconds);
        if (LeaseMilliseconds is { } lease)
            options.Lease = TimeSpan.FromMilliseconds(lease);
    }
}
