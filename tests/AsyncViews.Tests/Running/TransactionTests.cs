using System.Data;
using System.Data.Common;
using System.Reflection;
using AsyncViews.Running;
using AsyncViews.Storage;
using AsyncViews.Storage.InMemory;
using AsyncViews.Tests.Jobs;
using AsyncViews.Tests.Support;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AsyncViews.Tests.Running;

/// <summary>A process that is stored in the caller's transaction exists with its commit, and the engine hears of it then.</summary>
public class TransactionTests
{
    [Fact]
    public async Task Schedule_InATransaction_IsThereAndToldToTheEngineAfterTheCommit()
    {
        await using var site = await StartAsync();
        await using var own = new OwnTransaction();
        var transaction = new ProcessTransaction(own);

        var id = await site.Jobs().ScheduleAsync(new Order("with my data"), new ScheduleOptions { Transaction = transaction });

        (await site.Processes.GetStatusAsync(id)).ShouldBeNull();
        EngineOf(site).Scheduled.ShouldBeEmpty();
        transaction.HoldsProcess.ShouldBeTrue();
        await transaction.CommitAsync();
        EngineOf(site).Scheduled.ShouldHaveSingleItem().Id.ShouldBe(id);
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Ran);
        (await site.EndOfAsync(id)).State.ShouldBe(ProcessState.Succeeded);
    }

    [Fact]
    public async Task Schedule_InATransactionThatOtherCodeCommits_IsToldOnce()
    {
        await using var site = await StartAsync();
        await using var own = new OwnTransaction();
        var transaction = new ProcessTransaction(own);
        await site.Jobs().ScheduleAsync(new Order("one"), new ScheduleOptions { Transaction = transaction });
        await site.Jobs().ScheduleAsync(new Order("two"), new ScheduleOptions { Transaction = transaction });

        await own.CommitAsync();
        await transaction.CommittedAsync();
        await transaction.CommittedAsync();

        EngineOf(site).Scheduled.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Schedule_InATransactionThatIsRolledBack_NeverWas()
    {
        await using var site = await StartAsync();
        await using var own = new OwnTransaction();

        var id = await site.Jobs().ScheduleAsync(new Order("never"), new ScheduleOptions { Transaction = new ProcessTransaction(own) });
        await own.RollbackAsync();

        (await site.Processes.GetStatusAsync(id)).ShouldBeNull();
        EngineOf(site).Scheduled.ShouldBeEmpty();
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.NothingToRun);
    }

    [Fact]
    public async Task Schedule_InATransactionThatTheStoreCannotJoin_SaysSo()
    {
        await using var site = await JobSite.StartAsync();
        await using var own = new OwnTransaction();

        await Should.ThrowAsync<NotSupportedException>(() => site.Jobs().ScheduleAsync(new Order("no"), new ScheduleOptions { Transaction = new ProcessTransaction(own) }));
    }

    /// <summary>Middleware that commits after the page, as a unit of work for each request does.</summary>
    [Fact]
    public async Task Submission_InTheTransactionOfItsRequest_IsThereWithItsCommit()
    {
        await using var site = await StartAsync(setup =>
        {
            setup.Options = options => options.SubmissionTransaction = context => context.Items[nameof(ProcessTransaction)] as ProcessTransaction;
            setup.Middleware = app => app.Use(async (context, next) =>
            {
                await using var own = new OwnTransaction();
                var transaction = new ProcessTransaction(own);
                context.Items[nameof(ProcessTransaction)] = transaction;
                await next(context);
                if (HttpMethods.IsPost(context.Request.Method))
                {
                    EngineOf(context.RequestServices).Scheduled.ShouldBeEmpty();
                    await transaction.CommitAsync();
                }
            });
        });
        using var browser = site.Browse();

        var submitted = await browser.SubmitAsync("/Work");

        EngineOf(site).Scheduled.ShouldHaveSingleItem().Id.ShouldBe(submitted.Id);
        (await EngineOf(site).PermitAsync()).ShouldBe(RunOutcome.Ran);
        (await submitted.EndAsync()).ShouldBe("succeeded");
    }

    private static PermitEngine EngineOf(Site site) => EngineOf(site.Services);

    private static PermitEngine EngineOf(IServiceProvider services) => (PermitEngine)services.GetRequiredService<IProcessEngine>();

    private static Task<Site> StartAsync(Action<SiteSetup>? configure = null) => JobSite.StartAsync(configure: setup =>
    {
        configure?.Invoke(setup);
        setup.Services = services =>
        {
            services.Replace(ServiceDescriptor.Singleton<IProcessEngine, PermitEngine>());
            JoiningStore.Install(services);
        };
    });

    /// <summary>A transaction that does with its commit what was asked of it before.</summary>
    private sealed class OwnTransaction : DbTransaction
    {
        public List<Func<Task>> Writes { get; } = [];

        public override IsolationLevel IsolationLevel => IsolationLevel.Unspecified;

        protected override DbConnection? DbConnection => null;

        public override void Commit() => CommitAsync().GetAwaiter().GetResult();

        public override async Task CommitAsync(CancellationToken cancellationToken = default)
        {
            foreach (var write in Writes)
                await write();
        }

        public override void Rollback() => Writes.Clear();
    }

    /// <summary>A store in the caller's database: what joins a transaction is there when that commits.</summary>
    public class JoiningStore : DispatchProxy
    {
        private InMemoryProcessStore _store = null!;

        internal static void Install(IServiceCollection services)
        {
            services.AddSingleton<InMemoryProcessStore>();
            services.Replace(ServiceDescriptor.Singleton(provider =>
            {
                var store = Create<IProcessStore, JoiningStore>();
                ((JoiningStore)(object)store)._store = provider.GetRequiredService<InMemoryProcessStore>();
                return store;
            }));
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            targetMethod!.Name == nameof(IProcessStore.AddAsync) && args is [NewProcess process, OwnTransaction transaction, ..]
                ? new ValueTask<AddResult>(JoinAsync(process, transaction))
                : targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, null, args, null);

        private async Task<AddResult> JoinAsync(NewProcess process, OwnTransaction transaction)
        {
            var body = _store.CreateContent();
            await using (var sent = await process.Body.OpenReadAsync())
                await sent.CopyToAsync(body);
            transaction.Writes.Add(async () => (await _store.AddAsync(process with { Body = body })).Outcome.ShouldBe(AddOutcome.Added));
            return new AddResult(AddOutcome.Added, process.Id);
        }
    }
}
