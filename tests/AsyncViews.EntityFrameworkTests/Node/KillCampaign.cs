using System.Diagnostics;
using System.Globalization;
using AsyncViews.EntityFrameworkTests.Support;

namespace AsyncViews.EntityFrameworkTests.Node;

/// <summary>
/// Orders transfers at a site that is killed at random moments, and compares what the application's tables say with what the
/// processes say.
/// </summary>
internal sealed class KillCampaign(DatabaseKind kind, string connectionString) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly HttpClient _client = new();
    private readonly HashSet<int> _acknowledged = [];

    /// <param name="trials">The number of orders for each database.</param>
    /// <param name="kills">The number of kills among them.</param>
    /// <returns>0 where nothing was violated.</returns>
    public static async Task<int> RunAsync(int trials, int kills)
    {
        await using var server = new PostgreSqlServer { Syncs = true };
        await server.InitializeAsync();
        var folder = Directory.CreateTempSubdirectory("asyncviews-ef-");
        try
        {
            foreach (var (kind, connectionString) in new[] { (DatabaseKind.PostgreSql, await server.CreateSchemaAsync()), (DatabaseKind.Sqlite, folder.FullName) })
            {
                using var campaign = new KillCampaign(kind, connectionString);
                Console.WriteLine($"{kind}: {await campaign.RunTrialsAsync(trials, kills)}.");
            }

            Console.WriteLine("Nothing violated.");
            return 0;
        }
        catch (Exception exception)
        {
            Console.WriteLine(exception);
            Console.WriteLine("VIOLATED: see above.");
            return 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    public async Task<string> RunTrialsAsync(int trials, int kills)
    {
        await DatabaseKinds.CreateTablesAsync(kind, connectionString);
        var (next, between) = (0, Math.Max(1, trials / kills));
        for (var kill = 0; kill < kills; kill++)
        {
            await using var site = await StartAsync();
            var answered = new TaskCompletionSource();
            var ordering = OrderAsync(site.Address, next, Math.Min(trials, next + between), answered);
            // The first answer of a site takes long. Every second site is killed after it.
            if (kill % 2 == 1)
                await Task.WhenAny(ordering, answered.Task);
            await Task.WhenAny(ordering, Task.Delay(Random.Shared.Next(50, 1_000)));
            await site.KillAsync();
            next = await ordering;
            if ((kill + 1) % 20 == 0)
                Console.WriteLine($"{kind}: {kill + 1} of {kills} kills, {_acknowledged.Count} orders acknowledged.");
        }

        await using (var site = await StartAsync())
        {
            await OrderAsync(site.Address, next, trials);
            return Verify(await SettleAsync(site.Address));
        }
    }

    /// <summary>Orders one transfer after the other, each at a site that kills itself one step later, until one of them comes through.</summary>
    /// <returns>The number of kills.</returns>
    public async Task<int> RunStepsAsync()
    {
        await DatabaseKinds.CreateTablesAsync(kind, connectionString);
        for (var step = 1; ; step++)
        {
            await using (var killed = await StartAsync(killAt: step))
            {
                await OrderAsync(killed.Address, step, step + 1);
                try
                {
                    Verify(await SettleAsync(killed.Address));
                    return step - 1;
                }
                catch (Exception exception) when (SiteProcess.MayBeKilled(exception))
                {
                    // It is dead.
                }
            }

            await using var site = await StartAsync();
            Verify(await SettleAsync(site.Address));
        }
    }

    public void Dispose() => _client.Dispose();

    private Task<SiteProcess> StartAsync(int killAt = 0) =>
        SiteProcess.StartAsync(typeof(Program).Assembly.Location, Program.SiteCommand, kind.ToString(), connectionString, killAt.ToString(CultureInfo.InvariantCulture));

    /// <summary>Orders in turn, until the site is dead.</summary>
    /// <returns>The first number that has not been tried.</returns>
    private async Task<int> OrderAsync(string address, int from, int to, TaskCompletionSource? answered = null)
    {
        for (var number = from; number < to; number++)
        {
            try
            {
                using var answer = await _client.PostAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"{address}/orders/{number}")), null);
                if (answer.IsSuccessStatusCode)
                    _acknowledged.Add(number);
                answered?.TrySetResult();
            }
            catch (Exception exception) when (SiteProcess.MayBeKilled(exception))
            {
                return number + 1;
            }
        }

        return to;
    }

    /// <summary>Returns when each process has ended.</summary>
    private async Task<Ledger> SettleAsync(string address)
    {
        for (var began = Stopwatch.StartNew(); ; await Task.Delay(200))
        {
            var ledger = (await _client.GetFromJsonAsync<Ledger>(new Uri(address + "/ledger")))!;
            if (ledger.Processes.All(process => process.State.IsEnded()))
                return ledger;
            if (began.Elapsed > Patience)
                throw new TimeoutException("Some processes have not ended.");
        }
    }

    private string Verify(Ledger ledger)
    {
        var transfers = ledger.Processes.Where(process => process.IsTransfer).ToDictionary(process => process.Id);
        foreach (var number in _acknowledged)
            Expect(ledger.Orders.ContainsKey(number), $"order {number} was acknowledged and is lost");

        if (kind == DatabaseKind.PostgreSql)
        {
            foreach (var (number, process) in ledger.Orders)
                Expect(transfers.ContainsKey(process), $"order {number} exists, and its process does not");
            Expect(transfers.Count == ledger.Orders.Count, "a process exists without its order");
            var succeeded = transfers.Values.Count(transfer => transfer.State == ProcessState.Succeeded);
            Expect(ledger.Processes.Count - transfers.Count == succeeded, "what the transfers have scheduled does not match those that have succeeded");
            Expect(ledger.Processes.All(process => process.IsTransfer || process.State is ProcessState.Succeeded or ProcessState.Interrupted), "a receipt did not run");
        }

        var gaps = 0;
        foreach (var transfer in transfers.Values)
        {
            var rows = ledger.Rows.GetValueOrDefault(transfer.Id);
            var mayBeEither = kind == DatabaseKind.Sqlite && !transfer.IsUncommitted && transfer.State != ProcessState.Succeeded;
            // In the gap, one that may start again does its work again.
            var most = kind == DatabaseKind.Sqlite ? transfer.Starts : 1;
            var isKept = rows > 0;
            Expect(rows % KilledSite.RowsOfARun == 0 && rows <= most * KilledSite.RowsOfARun, $"{transfer} has {rows} rows");
            Expect(mayBeEither || isKept == (transfer.State == ProcessState.Succeeded), $"{transfer} has {rows} rows");
            gaps += mayBeEither && isKept ? 1 : 0;
        }

        Expect(ledger.Rows.Keys.All(transfers.ContainsKey), "rows exist without a process");
        var states = string.Join(", ", transfers.Values.GroupBy(transfer => transfer.State).Select(group => $"{group.Count()} {group.Key}"));
        return $"{transfers.Count} transfers ({states}), {gaps} of them committed without an end";
    }

    private static void Expect(bool condition, string otherwise)
    {
        if (!condition)
            throw new InvalidOperationException($"Violated: {otherwise}.");
    }
}
