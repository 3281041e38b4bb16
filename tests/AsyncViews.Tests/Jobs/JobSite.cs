using AsyncViews.Tests.Support;

namespace AsyncViews.Tests.Jobs;

/// <summary>The arguments of the test's job.</summary>
public sealed record Order(string Text, object? More = null);

/// <summary>The arguments of the test's job without a result.</summary>
public sealed record Errand(int Number);

/// <summary>Arguments that no job takes.</summary>
public sealed record Orphan(int Number);

/// <summary>The work of one site's jobs: each test writes its own.</summary>
public sealed class JobScript
{
    private int _runs;

    public Func<string, ProcessContext, CancellationToken, Task<object?>> Run { get; set; } = (text, _, _) => Task.FromResult<object?>(text);

    /// <summary>How many runs have begun.</summary>
    public int Runs => Volatile.Read(ref _runs);

    public Task<object?> RunAsync(string text, ProcessContext process, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        return Run(text, process, cancellationToken);
    }
}

public sealed class OrderJob(JobScript script) : IJob<Order, object?>
{
    public Task<object?> RunAsync(Order args, ProcessContext process, CancellationToken cancellationToken) => script.RunAsync(args.Text, process, cancellationToken);
}

[RetryOnFailure(3), RerunAfterCrash(2)]
public sealed class ErrandJob(JobScript script) : IJob<Errand>
{
    public Task RunAsync(Errand args, ProcessContext process, CancellationToken cancellationToken) =>
        script.RunAsync($"errand {args.Number}", process, cancellationToken);
}

/// <summary>A site whose jobs do what a test wants.</summary>
internal static class JobSite
{
    public static Task<Site> StartAsync(Func<string, ProcessContext, CancellationToken, Task<object?>>? run = null, Action<SiteSetup>? configure = null) => Site.StartAsync(setup =>
    {
        configure?.Invoke(setup);
        var others = setup.Services;
        setup.Services = services =>
        {
            services.AddSingleton(run is null ? new JobScript() : new JobScript { Run = run });
            services.AddAsyncViews().AddJob<OrderJob>("order").AddJob<ErrandJob>("errand");
            others?.Invoke(services);
        };
    });

    public static IJobScheduler Jobs(this Site site) => site.Services.GetRequiredService<IJobScheduler>();

    /// <summary>Waits for the end.</summary>
    public static async Task<ProcessStatus> EndOfAsync(this Site site, ProcessId id)
    {
        await Eventually.BeTrueAsync(async () => (await site.Processes.GetStatusAsync(id))!.IsEnded, $"the end of {id}");
        return (await site.Processes.GetStatusAsync(id))!;
    }

    public static Task StateOfAsync(this Site site, ProcessId id, ProcessState state) =>
        Eventually.BeTrueAsync(async () => (await site.Processes.GetStatusAsync(id))!.State == state, $"{id} to be {state}");
}
