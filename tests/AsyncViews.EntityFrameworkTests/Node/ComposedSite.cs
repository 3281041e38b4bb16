using AsyncViews.EntityFrameworkTests.Support;

namespace AsyncViews.EntityFrameworkTests.Node;

/// <summary>A site that is killed: it runs compositions of jobs, each a group of two parts and a last one, and its completion.</summary>
internal static class ComposedSite
{
    /// <summary>The processes of a composition.</summary>
    public const int Members = 3;

    public static async Task<int> ServeAsync(DatabaseKind kind, string connectionString, int killAt)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddAsyncViews(options =>
        {
            options.Lease = TimeSpan.FromSeconds(2);
            options.SweepInterval = TimeSpan.FromMilliseconds(200);
            options.MaxConcurrentRuns = 2;
        }).Use(kind, connectionString).AddJob<PartJob>("part").AddJob<LastJob>("last");
        StoreKiller.Install(builder.Services, killAt);
        var application = builder.Build();
        application.MapPost("/compositions/{number:int}", (int number, IJobScheduler jobs) =>
            jobs.ScheduleParallelAsync([new Part(number, 0), new Part(number, 1)], last: new Last(number), new ScheduleOptions { Group = GroupOf(number) }));
        application.MapGet("/compositions/{number:int}", ReadAsync);
        await application.StartAsync();
        Console.WriteLine(application.Urls.Single());
        await application.WaitForShutdownAsync();
        return 0;
    }

    private static string GroupOf(int number) => $"composition {number}";

    private static async Task<Composition> ReadAsync(int number, IProcessManager processes)
    {
        var group = await processes.GetGroupAsync(GroupOf(number));
        var last = (await processes.ListAllAsync(new ProcessQuery { Type = ProcessType.OfJob("last"), Count = 1000 })).FirstOrDefault(process => process.Title == $"Last {number}");
        return new Composition(group, last is null ? null : await processes.GetResultAsync<string>(last.Id));
    }

    internal sealed record Part(int Composition, int Number);

    internal sealed record Last(int Composition);

    [RerunAfterCrash(maxStarts: 10)]
    internal sealed class PartJob : IJob<Part, string>
    {
        public Task<string> RunAsync(Part args, ProcessContext process, CancellationToken cancellationToken) => Task.FromResult($"{args.Composition}.{args.Number}");
    }

    [RerunAfterCrash(maxStarts: 10)]
    internal sealed class LastJob(IProcessManager processes) : IJob<Last, string>
    {
        public static string? Title(Last args) => $"Last {args.Composition}";

        public async Task<string> RunAsync(Last args, ProcessContext process, CancellationToken cancellationToken) =>
            string.Join(' ', await processes.GetResultsAsync<string>(process.Id, cancellationToken));
    }
}

/// <summary>The outcome of a composition.</summary>
/// <param name="Group">Its group; null if it was not accepted.</param>
/// <param name="Result">The result of its last job; null before that has ended.</param>
public sealed record Composition(GroupStatus? Group, string? Result);
