using System.Data;
using AsyncViews.EntityFrameworkTests.Support;
using Microsoft.EntityFrameworkCore;

[assembly: AssemblyFixture(typeof(PostgreSqlServer))]

namespace AsyncViews.EntityFrameworkTests;

/// <summary>One PostgreSQL database for the application and the store: the work is committed together with its end.</summary>
public sealed class PostgreSqlTransactionTests(PostgreSqlServer server) : TransactionContract
{
    protected override DatabaseKind Kind => DatabaseKind.PostgreSql;

    [Fact]
    public async Task Run_ThatAnotherHasTakenOver_CommitsNothing()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            await TakeOverAsync(shop, process);
            return null;
        });

        var id = await site.Jobs.ScheduleAsync(new TransactionArgs(), cancellationToken: TestContext.Current.CancellationToken);
        var end = await site.EndOfAsync(id);

        end.State.ShouldBe(ProcessState.Interrupted);
        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task CommitThatFails_LeavesNeitherRowsNorResult()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await shop.Database.ExecuteSqlRawAsync("CREATE TABLE deferred (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO deferred VALUES (1), (1)", process.CancellationToken);
            await SaveAsync(shop, process, "row");
            return "done";
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, true));
        end.Error.ShouldNotBeNull().ShouldContain("duplicate key");
        (await site.ReadNamesAsync()).ShouldBeEmpty();
        (await site.Processes.OpenResultAsync(end.Id, TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    [Fact]
    public async Task CommitWhoseAnswerIsLost_IsASuccess_AndWhatFollowsItIsDone()
    {
        var followed = new TaskCompletionSource();
        await using var site = await StartAsync(
            async (shop, _, process) =>
            {
                await SaveAsync(shop, process, "row");
                shop.Database.GetProcessTransaction().AfterCommit(() =>
                {
                    followed.SetResult();
                    return Task.CompletedTask;
                });
                return null;
            },
            options: context => context.AddInterceptors(new LostCommit()));

        (await site.RunAsync(new TransactionArgs())).State.ShouldBe(ProcessState.Succeeded);

        await followed.Task.WaitAsync(Patience.Limit, TestContext.Current.CancellationToken);
        (await site.ReadNamesAsync()).ShouldBe(["row"]);
    }

    [Fact]
    public async Task WorkThatGoesOnAfterItsConnectionBroke_Fails_AndSaysWhy()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "in the transaction");
            await BreakConnectionAsync(shop);
            for (var tries = 1; ; tries++)
            {
                try
                {
                    await SaveAsync(shop, process, "outside of it");
                    return null;
                }
                catch (Exception) when (tries < 5)
                {
                    shop.ChangeTracker.Clear();
                }
            }
        });

        var end = await site.RunAsync(new TransactionArgs());

        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, false));
        end.Error.ShouldNotBeNull().ShouldContain("its connection broke and was opened again");
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task CommitOfATransactionInWhichAStatementHasFailed_Fails_AndNothingFollowsIt(bool isOfTheContext)
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await using var scope = site.Scope();
        var shop = scope.ServiceProvider.GetRequiredService<Shop>();
        await using var current = await shop.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var (transaction, hasFollowed) = (shop.Database.GetProcessTransaction(), false);
        transaction.AfterCommit(() =>
        {
            hasFollowed = true;
            return Task.CompletedTask;
        });
        await Should.ThrowAsync<Npgsql.PostgresException>(() => shop.Database.ExecuteSqlRawAsync("SELECT 1 / 0", TestContext.Current.CancellationToken));

        var refused = await Should.ThrowAsync<Npgsql.PostgresException>(() =>
            isOfTheContext ? current.CommitAsync(TestContext.Current.CancellationToken) : transaction.CommitAsync(TestContext.Current.CancellationToken));

        (refused.SqlState, transaction.IsCommitted, hasFollowed).ShouldBe((Npgsql.PostgresErrorCodes.InFailedSqlTransaction, false, false));
    }

    [Fact]
    public async Task TwoContexts_AreCommittedOneAfterTheOther()
    {
        await using var site = await StartAsync(SaveInBothAsync);

        var end = await site.RunAsync(new TwoArgs());

        end.State.ShouldBe(ProcessState.Succeeded, end.Error);
        (await site.ReadNamesAsync()).ShouldBe(["in the shop"]);
        await using var scope = site.Scope();
        (await scope.ServiceProvider.GetRequiredService<Archive>().Items.CountAsync(TestContext.Current.CancellationToken)).ShouldBe(1);
    }

    [Fact]
    public async Task TwoContexts_WhenTheSecondCannotCommit_DoNotSayThatNothingWasSaved()
    {
        await using var site = await StartAsync(async (shop, services, process) =>
        {
            await SaveInBothAsync(shop, services, process);
            var archive = services.GetRequiredService<Archive>();
            await archive.Database.ExecuteSqlRawAsync("CREATE TABLE deferred (id integer UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO deferred VALUES (1), (1)", process.CancellationToken);
            return null;
        });

        var end = await site.RunAsync(new TwoArgs());

        (end.State, end.Progress.IsUncommitted).ShouldBe((ProcessState.Failed, false));
        (await site.ReadNamesAsync()).ShouldBe(["in the shop"]);
    }

    [Fact]
    public async Task SerializationFailure_IsAnAttemptOfTheRetryPolicy()
    {
        var (first, others) = (true, new TaskCompletionSource());
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            var count = await shop.Items.CountAsync(process.CancellationToken);
            if (first)
            {
                first = false;
                await InsertElsewhereAsync(shop, count);
            }

            await SaveAsync(shop, process, $"row {count}");
            return null;
        });

        var end = await site.RunAsync(new SerializableArgs());

        (end.State, end.Attempt).ShouldBe((ProcessState.Succeeded, 2), end.Error);
        (await site.ReadNamesAsync()).ShouldBe(["elsewhere", "row 1"]);
    }

    [Fact]
    public async Task StatementThatFailed_AndIsCaught_FailsARunWhoseEndIsElsewhere()
    {
        await using var site = await StartAsync(async (shop, _, process) =>
        {
            await SaveAsync(shop, process, "row");
            await Should.ThrowAsync<Npgsql.PostgresException>(() => shop.Database.ExecuteSqlRawAsync("SELECT 1 / 0", process.CancellationToken));
            return "done";
        });

        (await site.RunAsync(new SerializableArgs())).State.ShouldBe(ProcessState.Failed);

        (await site.ReadNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Schedule_InTheTransactionOfAnotherDatabase_IsRefused()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await using var other = new Npgsql.NpgsqlConnection(await server.CreateSchemaAsync());
        await other.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await other.BeginTransactionAsync(TestContext.Current.CancellationToken);

        await Should.ThrowAsync<NotSupportedException>(() =>
            site.Jobs.ScheduleAsync(new PlainArgs(), new() { Transaction = new ProcessTransaction(transaction) }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Schedule_InATransactionWhoseSearchPathLeadsElsewhere_IsRefused()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await using var scope = site.Scope();
        var shop = scope.ServiceProvider.GetRequiredService<Shop>();
        await using (await shop.Database.BeginTransactionAsync(TestContext.Current.CancellationToken))
            await site.Jobs.ScheduleAsync(new PlainArgs(), new() { Transaction = shop.Database.GetProcessTransaction() }, TestContext.Current.CancellationToken);
        await using var transaction = await shop.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await shop.Database.ExecuteSqlRawAsync("SET LOCAL search_path TO pg_catalog", TestContext.Current.CancellationToken);

        await Should.ThrowAsync<NotSupportedException>(() =>
            site.Jobs.ScheduleAsync(new PlainArgs(), new() { Transaction = shop.Database.GetProcessTransaction() }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Deadline_AtTheEndOfTime_StopsNothing()
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await site.Jobs.ScheduleAsync(new PlainArgs("parked"), new() { NotBefore = DateTimeOffset.MaxValue }, TestContext.Current.CancellationToken);

        (await site.RunAsync(new PlainArgs(), new() { StartBefore = DateTimeOffset.MaxValue })).State.ShouldBe(ProcessState.Succeeded);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task Schedule_InATransaction_HappensExactlyIfItIsCommitted(bool commits)
    {
        await using var site = await StartAsync((_, _, _) => Task.FromResult<string?>(null));
        await using var scope = site.Scope();
        var shop = scope.ServiceProvider.GetRequiredService<Shop>();
        await using var transaction = await shop.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var id = await site.Jobs.ScheduleAsync(new PlainArgs(), new() { Transaction = shop.Database.GetProcessTransaction() }, TestContext.Current.CancellationToken);
        (await site.Processes.GetStatusAsync(id, TestContext.Current.CancellationToken)).ShouldBeNull();

        if (!commits)
        {
            await transaction.RollbackAsync(TestContext.Current.CancellationToken);
            (await site.Processes.GetStatusAsync(id, TestContext.Current.CancellationToken)).ShouldBeNull();
            return;
        }

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    /// <summary>A unit of work around each request, in which the page's submission is stored too.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task Submission_InTheTransactionOfItsRequest_HappensExactlyIfItIsCommitted(bool commits)
    {
        await using var site = await StartAsync(
            (_, _, _) => Task.FromResult<string?>(null),
            site => site.Services.Configure<AsyncViewsOptions>(options => options.SubmissionTransaction = TransactionOf),
            middleware: async (context, next) =>
            {
                var shop = context.RequestServices.GetRequiredService<Shop>();
                await using var transaction = await shop.Database.BeginTransactionAsync(context.RequestAborted);
                shop.Items.Add(new Item { Owner = "", Name = "in the request" });
                await shop.SaveChangesAsync(context.RequestAborted);
                if (commits)
                    context.Response.OnStarting(() => transaction.CommitAsync(context.RequestAborted));
                await next(context);
            });

        var submitted = (await site.SubmitAsync("/Stock", "in the run")).ShouldNotBeNull();

        if (commits)
            (await site.EndOfAsync(submitted)).State.ShouldBe(ProcessState.Succeeded);
        else
            (await site.Processes.GetStatusAsync(submitted, TestContext.Current.CancellationToken)).ShouldBeNull();
        (await site.ReadNamesAsync()).ShouldBe(commits ? ["in the request", "in the run"] : []);
    }

    [Fact]
    public async Task Submission_ThatIsRepeated_StoresNothingOfItsRequest()
    {
        var go = new TaskCompletionSource<string?>();
        await using var site = await StartAsync(
            (_, _, _) => go.Task,
            site => site.Services.Configure<AsyncViewsOptions>(options => options.SubmissionTransaction = TransactionOf),
            middleware: async (context, next) =>
            {
                var shop = context.RequestServices.GetRequiredService<Shop>();
                await using var transaction = await shop.Database.BeginTransactionAsync(context.RequestAborted);
                var process = shop.Database.GetProcessTransaction();
                shop.Items.Add(new Item { Owner = "", Name = "in the request" });
                await shop.SaveChangesAsync(context.RequestAborted);
                context.Response.OnStarting(() => process.HoldsProcess ? transaction.CommitAsync(context.RequestAborted) : Task.CompletedTask);
                await next(context);
            });
        using var client = site.CreateClient();
        client.DefaultRequestHeaders.Add("Idempotency-Key", "one order");

        var first = (await ShopSite.SubmitAsync(client, "/Stock", "in the run")).ShouldNotBeNull();
        var again = await ShopSite.SubmitAsync(client, "/Stock", "in the run");

        again.ShouldBe(first);
        go.SetResult(null);
        (await site.EndOfAsync(first)).State.ShouldBe(ProcessState.Succeeded);
        (await site.ReadNamesAsync()).ShouldBe(["in the request", "in the run"]);
    }

    protected override async Task<string> CreateDatabaseAsync() => await server.CreateSchemaAsync();

    private static ProcessTransaction? TransactionOf(HttpContext context) => context.RequestServices.GetRequiredService<Shop>().Database.GetProcessTransaction();

    private static async Task<string?> SaveInBothAsync(Shop shop, IServiceProvider services, ProcessContext process)
    {
        await SaveAsync(shop, process, "in the shop");
        var archive = services.GetRequiredService<Archive>();
        archive.Items.Add(new Item { Owner = process.Id.ToString(), Name = "in the archive" });
        await archive.SaveChangesAsync(process.CancellationToken);
        return null;
    }

    /// <summary>Ends the run as another node would that has heard nothing of this one for a lease.</summary>
    private static async Task TakeOverAsync(Shop shop, ProcessContext process)
    {
        await using var other = new Npgsql.NpgsqlConnection(shop.Database.GetConnectionString());
        await other.OpenAsync(process.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("UPDATE asyncviews_processes SET state = 6, ended = now(), version = version + 100 WHERE id = $1", other);
        command.Parameters.AddWithValue(process.Id.ToString());
        await command.ExecuteNonQueryAsync(process.CancellationToken);
    }

    private static async Task BreakConnectionAsync(Shop shop)
    {
        var own = await shop.Database.SqlQueryRaw<int>("SELECT pg_backend_pid() AS \"Value\"").SingleAsync();
        await using var other = new Npgsql.NpgsqlConnection(shop.Database.GetConnectionString());
        await other.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("SELECT pg_terminate_backend($1, 10000)", other);
        command.Parameters.AddWithValue(own);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task InsertElsewhereAsync(Shop shop, int count)
    {
        var options = new DbContextOptionsBuilder<Shop>();
        options.UseNpgsql(shop.Database.GetConnectionString());
        await using var other = new Shop(options.Options);
        await using var transaction = await other.Database.BeginTransactionAsync(IsolationLevel.Serializable);
        (await other.Items.CountAsync()).ShouldBe(count);
        other.Items.Add(new Item { Owner = "", Name = "elsewhere" });
        await other.SaveChangesAsync();
        await transaction.CommitAsync();
    }
}
