using AsyncViews.EntityFrameworkTests.Support;
using Microsoft.EntityFrameworkCore;

namespace AsyncViews.EntityFrameworkTests.Node;

/// <summary>A site that is killed: it schedules transfers together with the rows of their orders, and runs them.</summary>
public static class KilledSite
{
    /// <summary>The number of rows that each run writes, in two saves.</summary>
    public const int RowsOfARun = 2;

    /// <param name="kind">Its databases.</param>
    /// <param name="connectionString">The place of the databases.</param>
    /// <param name="killAt">The number of the step of its runs at which it kills itself; 0 for none.</param>
    public static async Task<int> ServeAsync(DatabaseKind kind, string connectionString, int killAt)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddRazorPages();
        builder.Services.AddSingleton(services => new StepKiller(services.GetRequiredService<IProcessContextAccessor>(), killAt));
        builder.Services.AddDbContext<Shop>((services, options) => options.Use(kind, connectionString).UseProcessTransactions().AddInterceptors(services.GetRequiredService<StepKiller>()));
        builder.Services.AddAsyncViews(options =>
        {
            options.Lease = TimeSpan.FromSeconds(2);
            options.SweepInterval = TimeSpan.FromMilliseconds(200);
        }).Use(kind, connectionString).UseTransactions<Shop>().AddJob<Transfer>("transfer").AddJob<Receipt>("receipt");
        var application = builder.Build();
        application.MapRazorPages();
        application.MapPost("/orders/{number:int}", (int number, Shop shop, IJobScheduler jobs) => OrderAsync(kind, number, shop, jobs));
        application.MapGet("/ledger", ReadAsync);
        await application.StartAsync();
        Console.WriteLine(application.Urls.Single());
        await application.WaitForShutdownAsync();
        return 0;
    }

    /// <summary>The order and its process exist together, or neither does.</summary>
    private static async Task OrderAsync(DatabaseKind kind, int number, Shop shop, IJobScheduler jobs)
    {
        await using var transaction = await shop.Database.BeginTransactionAsync();
        var order = new Order { Number = number, Process = "" };
        var options = new ScheduleOptions { Identity = $"order {number}", MaxStarts = number % 2 == 0 ? 3 : 1 };
        if (kind == DatabaseKind.PostgreSql)
            order.Process = (await jobs.ScheduleAsync(new TransferArgs(number), options with { Transaction = shop.Database.GetProcessTransaction() })).ToString();
        else
            shop.Database.GetProcessTransaction().AfterCommit(() => jobs.ScheduleAsync(new TransferArgs(number), options));
        shop.Orders.Add(order);
        await shop.SaveChangesAsync();
        await transaction.CommitAsync();
    }

    private static async Task<Ledger> ReadAsync(Shop shop, IProcessManager processes)
    {
        List<LedgerProcess> all = [];
        ProcessId? after = null;
        while (await processes.ListAllAsync(new ProcessQuery { Count = 100, After = after }) is [.., var last] page)
        {
            all.AddRange(page.Select(process => new LedgerProcess(process.Id.ToString(), process.Type == ProcessType.OfJob("transfer"), process.Attempt, process.State, process.Progress.IsUncommitted)));
            after = last.Id;
        }

        return new Ledger(
            await shop.Orders.ToDictionaryAsync(order => order.Number, order => order.Process),
            await shop.Items.GroupBy(item => item.Owner).ToDictionaryAsync(rows => rows.Key, rows => rows.Count()),
            all);
    }

    private static Task PauseAsync(CancellationToken cancellationToken) => Task.Delay(Random.Shared.Next(8), cancellationToken);

    internal sealed record TransferArgs(int Number);

    internal sealed record ReceiptArgs(int Number);

    internal sealed class Transfer(Shop shop, IJobScheduler jobs) : IJob<TransferArgs>
    {
        public async Task RunAsync(TransferArgs args, ProcessContext process, CancellationToken cancellationToken)
        {
            for (var row = 0; row < RowsOfARun; row++)
            {
                await PauseAsync(cancellationToken);
                shop.Items.Add(new Item { Owner = process.Id.ToString(), Name = $"{args.Number}" });
                await shop.SaveChangesAsync(cancellationToken);
            }

            if (shop.Database.IsNpgsql())
                await jobs.ScheduleAsync(new ReceiptArgs(args.Number), new() { Transaction = shop.Database.GetProcessTransaction() }, cancellationToken);
            await PauseAsync(cancellationToken);
        }
    }

    [NotTransactional]
    internal sealed class Receipt : IJob<ReceiptArgs>
    {
        public Task RunAsync(ReceiptArgs args, ProcessContext process, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
