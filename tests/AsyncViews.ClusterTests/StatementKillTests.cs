using System.Diagnostics;
using AsyncViews.ClusterTests.Support;
using AsyncViews.Storage;
using Npgsql;

namespace AsyncViews.ClusterTests;

/// <summary>A node loses its connections between two statements of one call, as if it were killed there: the call is done whole or not at all, and another node goes on.</summary>
public sealed class StatementKillTests(PostgreSqlServer server)
{
    /// <summary>The number of trials at the same time. Each has a schema of its own.</summary>
    private const int Together = 8;

    /// <summary>A campaign kills after each statement. Here it is every third, which takes a third of the time.</summary>
    private static readonly int Step = Environment.GetEnvironmentVariable("ASYNCVIEWS_EVERY_STATEMENT") is null ? 3 : 1;

    [Fact]
    public async Task Kill_BetweenAnyTwoStatements_LeavesEveryCallWholeOrUndone()
    {
        for (var statements = 1; (await Task.WhenAll(Enumerable.Range(0, Together).Select(trial => TryAsync(statements + trial * Step)))).All(wasKilled => wasKilled); statements += Together * Step)
            statements.ShouldBeLessThan(1000, "it ends after so many statements");
    }

    /// <returns>Whether it was killed: false if it ran fewer statements.</returns>
    private async Task<bool> TryAsync(int statements)
    {
        var schema = await server.CreateSchemaAsync();
        var work = new Work();
        using var killer = new StatementKiller(schema, statements);
        await using (var first = await StoreNode.OpenAsync(killer.ConnectionString, "first"))
        {
            try
            {
                await killer.WatchAsync(() => work.DoAsync(first));
            }
            catch (StoreUnavailableException)
            {
                killer.HasKilled.ShouldBeTrue();
            }
        }

        await using var second = await StoreNode.OpenAsync(schema, "second");
        await second.ExecuteAsync("UPDATE asyncviews_processes SET heartbeat = heartbeat - interval '1 hour'");
        await second.Store.RecoverAsync(TimeSpan.FromMinutes(1), new HashSet<ProcessId>(), hasContact: true, Token);
        await work.DoAsync(second);
        await work.JudgeAsync(second.Store);
        if (!killer.HasKilled)
            statements.ShouldBeGreaterThan(50, "so many statements are run from the first to the last");
        return killer.HasKilled;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A group with its last job and its completion, and a step that fails, is sent again and is canceled. Whatever is done already is not done again.</summary>
    private sealed class Work
    {
        private const string Group = "parts";

        private static readonly string[] Sent = ["1", "stop"];

        private static readonly Dictionary<string, int> Quotas = new() { ["scarce"] = 1 };

        private readonly ProcessId[] _parts = [ProcessId.New(), ProcessId.New()];
        private readonly ProcessId _last = ProcessId.New(), _completion = ProcessId.New(), _step = ProcessId.New(), _again = ProcessId.New(), _next = ProcessId.New();
        private readonly List<string> _read = [];
        private readonly List<ProcessId> _ended = [];
        private int _acknowledged;

        public async Task DoAsync(StoreNode node)
        {
            var store = node.Store;
            await BeAddedAsync(store);
            for (; _acknowledged < Sent.Length; _acknowledged++)
                (await store.SendAsync(_parts[0], System.Text.Encoding.UTF8.GetBytes(Sent[_acknowledged]), Token)).ShouldBeOneOf(SendOutcome.Sent, SendOutcome.AlreadyEnded);
            await BeSentAgainAndCanceledAsync(store);
            while (await store.ClaimNextAsync(StoreNode.Types, 1, quotas: Quotas, cancellationToken: Token) is [var run])
                await RunAsync(store, run);
            await BeSentAgainAndCanceledAsync(store);
        }

        public async Task JudgeAsync(IProcessStore store)
        {
            foreach (var id in (ProcessId[])[.. _parts, _last, _completion])
                (await store.FindAsync(id, Token))!.State.ShouldBe(ProcessState.Succeeded);
            _read.Distinct().ShouldBe(Sent);
            _ended.FindIndex(id => id == _last || id == _completion).ShouldBeGreaterThan(_parts.Max(_ended.IndexOf));
            (await store.FindGroupAsync(Group, cancellationToken: Token)).ShouldNotBeNull().ShouldSatisfyAllConditions(group => group.Total.ShouldBe(2), group => group.Succeeded.ShouldBe(2));
            (await store.ListPredecessorsAsync(_next, Token)).ShouldBe([_again]);
            (await store.FindAsync(_next, Token))!.Reason.ShouldBe(ProcessReason.NotFollowed);
            (await store.RemoveGroupAsync(Group, Token)).ShouldBeTrue();
        }

        private async Task BeAddedAsync(IProcessStore store)
        {
            await using var body = store.CreateContent();
            NewProcess[] added =
            [
                .. _parts.Select(id => New(id) with { Group = Group, Quota = "scarce" }),
                New(_last) with { After = [.. _parts.Select(id => new Predecessor(id))] },
                New(_completion) with { AfterGroup = Group },
                New(_step),
                New(_next) with { After = [new(_step)] },
            ];
            var found = 0;
            foreach (var process in added)
                found += await store.FindAsync(process.Id, Token) is null ? 0 : 1;
            found.ShouldBeOneOf(0, added.Length);
            if (found == 0)
                (await store.AddAllAsync(added, cancellationToken: Token)).ShouldBe(AddOutcome.Added);

            NewProcess New(ProcessId id) => StoreNode.NewProcess(body) with { Id = id, IsLimited = false, Terms = new RunTerms { MaxStarts = 3 } };
        }

        private async Task RunAsync(IProcessStore store, ClaimedProcess run)
        {
            var (id, fence) = (run.Record.Id, run.Record.Fence);
            for (long after = 0; id == _parts[0] && _read.LastOrDefault() != Sent[^1];)
            {
                foreach (var message in await store.ReadMessagesAsync(id, fence, after, Token))
                {
                    _read.Add(System.Text.Encoding.UTF8.GetString(message.Content.Span));
                    after = message.Number;
                }
            }

            (await store.FinishAsync(id, fence, new ProcessOutcome(id == _step ? ProcessState.Failed : ProcessState.Succeeded), Token)).ShouldBeTrue();
            _ended.Add(id);
        }

        private async Task BeSentAgainAndCanceledAsync(IProcessStore store)
        {
            if (await store.FindAsync(_step, Token) is not { State: ProcessState.Failed })
                return;

            await using var body = store.CreateContent();
            if (await store.FindAsync(_again, Token) is null)
                (await store.AddAsync(StoreNode.NewProcess(body) with { Id = _again, Replaces = _step }, cancellationToken: Token)).Outcome.ShouldBe(AddOutcome.Added);
            (await store.RequestCancelAsync(_again, Token)).ShouldBeOneOf(CancelOutcome.Canceled, CancelOutcome.AlreadyEnded);
        }
    }

    /// <summary>Ends all connections of a node after one of the statements that it has been watched to run.</summary>
    private sealed class StatementKiller : IDisposable
    {
        private readonly AsyncLocal<bool> _isWatched = new();
        private readonly NpgsqlDataSource _source;
        private readonly ActivityListener _listener;
        private readonly string _name = $"killed {Guid.NewGuid():N}";
        private int _statements;

        public StatementKiller(string connectionString, int statements)
        {
            ConnectionString = new NpgsqlConnectionStringBuilder(connectionString) { ApplicationName = _name }.ToString();
            (_source, _statements) = (NpgsqlDataSource.Create(connectionString), statements);
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "Npgsql",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
                ActivityStopped = _ => Count(),
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public string ConnectionString { get; }

        public bool HasKilled { get; private set; }

        public async Task WatchAsync(Func<Task> work)
        {
            _isWatched.Value = true;
            await work();
        }

        public void Dispose()
        {
            _listener.Dispose();
            _source.Dispose();
        }

        private void Count()
        {
            if (!_isWatched.Value || Interlocked.Decrement(ref _statements) != 0)
                return;

            _isWatched.Value = false;
            HasKilled = true;
            using var kill = _source.CreateCommand($"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = '{_name}'");
            kill.ExecuteNonQuery();
        }
    }
}
