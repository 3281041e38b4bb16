namespace AsyncViews.Benchmarks.Server;

/// <summary>How a server under load is set up. Whatever would bind is raised, and the raised limits are printed with the table.</summary>
internal sealed record ServerOptions
{
    public const string HangfireInMemory = "memory";

    /// <summary>Null: processes live in memory.</summary>
    public string? Database { get; init; }

    /// <summary>The connection string of a farm's database; null for none.</summary>
    public string? PostgreSql { get; init; }

    /// <summary>Tells whether Quartz runs the processes of a farm.</summary>
    public bool Quartz { get; init; }

    /// <summary>The part of a farm's node.</summary>
    public NodeRole Role { get; init; }

    /// <summary>Null: the default of the library.</summary>
    public int? Runs { get; init; }

    /// <summary>Tells whether polls are held.</summary>
    public bool Holds { get; init; }

    /// <summary>The storage of Hangfire beside the library: a database, or <see cref="HangfireInMemory"/>; null for no Hangfire.</summary>
    public string? Hangfire { get; init; }

    /// <summary>Tells whether every submission is committed alone.</summary>
    public bool OneAtATime { get; init; }

    public static string Raised =>
        "MaxQueueLength 100,000,000; MaxQueueBytes, MaxKeptBytes, MaxKeptBytesPerOwner, MaxKeptBytesPerAddress 1 TiB; MaxLiveProcessesPerOwner, MaxHeldPolls, MaxHeldPollsPerOwner 1,000,000; MaxResultBytes 4 GiB; " +
        "FastEndWait 0 (a POST never waits for its run); PollHold 0 where a row does not say held; MaxConcurrentRuns where a row says so";

    public string[] ToArguments() => ["server", Database ?? "", Runs?.ToString() ?? "", Holds.ToString(), OneAtATime.ToString(), PostgreSql ?? "", Role.ToString(), Quartz.ToString(), Hangfire ?? ""];

    public static ServerOptions Parse(string[] arguments) => new()
    {
        Database = arguments[1] is { Length: > 0 } path ? path : null,
        Runs = int.TryParse(arguments[2], out var runs) ? runs : null,
        Holds = bool.Parse(arguments[3]),
        OneAtATime = bool.Parse(arguments[4]),
        PostgreSql = arguments[5] is { Length: > 0 } connection ? connection : null,
        Role = Enum.Parse<NodeRole>(arguments[6]),
        Quartz = bool.Parse(arguments[7]),
        Hangfire = arguments[8] is { Length: > 0 } storage ? storage : null,
    };

    public void Apply(AsyncViewsOptions options)
    {
        options.MaxQueueLength = 100_000_000;
        options.MaxQueueBytes = 1L << 40;
        options.MaxKeptBytes = options.MaxKeptBytesPerOwner = options.MaxKeptBytesPerAddress = 1L << 40;
        options.MaxLiveProcessesPerOwner = 1_000_000;
        options.MaxHeldPolls = 1_000_000;
        options.MaxHeldPollsPerOwner = 1_000_000;
        options.MaxResultBytes = 4L << 30;
        options.FastEndWait = TimeSpan.Zero;
        options.Role = Role;
        if (!Holds)
            options.PollHold = TimeSpan.Zero;
        options.MaxConcurrentRuns = Runs ?? options.MaxConcurrentRuns;
    }
}
