using System.Data.Common;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace AsyncViews.PostgreSql;

/// <summary>
/// The shared durable store: everything is in one PostgreSQL database, its key ring too. While it is not open, or locked out
/// of its data by another key ring, nothing is accepted, started or ended, and nothing is due.
/// </summary>
internal sealed class PostgreSqlProcessStore(
    StoreSource source, PostgreSqlOptions settings, IOptions<AsyncViewsOptions> options, TimeProvider time, ILogger<PostgreSqlProcessStore> logger) : IProcessStore, IScriptedStore, IDisposable, IAsyncDisposable
{
    private const string CannotJoin = "The PostgreSQL store can only join an open transaction of Npgsql, in the same database.";

    private readonly AsyncViewsOptions _options = options.Value;
    private readonly Database _database = new(source, time, options.Value.Lease);
    private Parts? _parts;
    private string _whyNot = "The store is not open.";

    private sealed record Parts(
        Vault Keys, Announcer Announcer, NodeConnection Connection, Nodes Nodes, Contents Contents, Load Load, DueTimes DueTimes,
        Submissions Submissions, Claims Claims, Runs Runs, Messages Messages, Ends Ends, Results Results, Compositions Compositions, Upkeep Upkeep, Readings Readings);

    private Parts Open => _parts ?? throw new StoreUnavailableException(_whyNot);

    public DateTimeOffset Now => _database.Clock.Now;

    public async ValueTask OpenAsync(string node, CancellationToken cancellationToken = default)
    {
        Vault vault = null!;
        var (schema, isUnlocked) = await SchemaSetup.OpenAsync(_database.Source, CreateVault, made => vault = made, cancellationToken);
        if (!isUnlocked)
        {
            _whyNot = "The key ring in the database does not open its content.";
            PostgreSqlLog.LockedOut(logger);
            return;
        }

        var place = new NpgsqlConnectionStringBuilder(_database.Source.ConnectionString);
        PostgreSqlLog.Located(logger, place.Database, place.Host, schema.Schema);
        LogVersion(schema.Version);
        if (settings.ProtectKeys is null)
            PostgreSqlLog.KeysUnprotected(logger);
        _parts = Assemble(vault, new ChangeChannel(schema.Schema), node);
        var dead = await _parts.Nodes.JoinAsync(cancellationToken);
        if (dead.Count > 0)
            await _parts.Runs.RecoverAsync(_options.Lease, new HashSet<ProcessId>(), dead, judgesSilence: false);
    }

    public Task<string> DescribeSchemaAsync(CancellationToken cancellationToken = default) => SchemaSetup.DescribeAsync(_database.Source, cancellationToken);

    public byte[] DeriveKey(string purpose) => Open.Keys.Derive(purpose);

    public ContentSpool CreateContent() => new(() => Open.Contents.CreateSink());

    public ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default) => transaction is null or { Connection: NpgsqlConnection }
        ? Open.Submissions.AddAsync(process, transaction, cancellationToken)
        : throw new NotSupportedException(CannotJoin);

    public ValueTask<AddOutcome> AddAllAsync(IReadOnlyList<NewProcess> processes, DbTransaction? transaction = null, CancellationToken cancellationToken = default) => transaction is null or { Connection: NpgsqlConnection }
        ? Open.Compositions.AddAllAsync(processes, transaction, cancellationToken)
        : throw new NotSupportedException(CannotJoin);

    public ValueTask<IReadOnlyList<ProcessId>> ListPredecessorsAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Compositions.BeforeAsync(id, cancellationToken);

    public IAsyncEnumerable<ProcessChange> WatchFollowersAsync(CancellationToken cancellationToken = default) => _parts?.Compositions.WatchAsync(cancellationToken) ?? AsyncEnumerable.Empty<ProcessChange>();

    public ValueTask SettleAsync(CancellationToken cancellationToken = default) => _parts?.Compositions.SettleAsync() ?? ValueTask.CompletedTask;

    public ValueTask<GroupStatus?> FindGroupAsync(string reference, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default) =>
        Open.Compositions.FindGroupAsync(reference, owners, cancellationToken);

    public ValueTask<IReadOnlyList<ProcessId>> ListMembersAsync(string reference, CancellationToken cancellationToken = default) => Open.Compositions.MembersAsync(reference, cancellationToken);

    public ValueTask<bool> RemoveGroupAsync(string reference, CancellationToken cancellationToken = default) => Open.Compositions.RemoveGroupAsync(reference);

    public ValueTask<DueResult> QueueDueAsync(CancellationToken cancellationToken = default) => _parts?.Upkeep.QueueDueAsync() ?? new(new DueResult([], null));

    public ValueTask<bool> QueueNowAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Submissions.QueueNowAsync(id);

    public ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(IReadOnlySet<ProcessType> types, int count, int anonymous = int.MaxValue, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default) =>
        _parts?.Claims.ClaimNextAsync(types, count, anonymous, quotas) ?? new([]);

    public ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<ProcessType> types, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default) =>
        Open.Claims.ClaimAsync(id, types, quotas);

    /// <summary>Completed when it returns: it works on the caller's thread.</summary>
    public ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyCollection<FencedRun> alive, CancellationToken cancellationToken = default) => new(_parts?.Runs.Heartbeat(alive) ?? Heartbeat.Steady);

    public async ValueTask<IReadOnlyList<NodeStatus>> ListOtherNodesAsync(CancellationToken cancellationToken = default) => await Open.Nodes.ListOthersAsync(cancellationToken);

    public async ValueTask RequestDrainAsync(IReadOnlyCollection<string> nodes, CancellationToken cancellationToken = default)
    {
        await _database.RunAsync(db => Nodes.RequestDrainAsync(db, nodes), cancellationToken);
        Open.Announcer.Announce([new ProcessChange(ProcessChangeKind.DrainRequested)]);
    }

    public async ValueTask NoteDrainingAsync(CancellationToken cancellationToken = default) => await Open.Nodes.NoteDrainingAsync();

    public async ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, bool hasContact, CancellationToken cancellationToken = default)
    {
        if (!hasContact || _parts is not { } parts)
            return 0;

        var (dead, anySilentRun) = await parts.Nodes.FindDeadAsync(lease);
        return dead.Length > 0 || anySilentRun ? await parts.Runs.RecoverAsync(lease, alive, dead, judgesSilence: true) : 0;
    }

    public IAsyncEnumerable<ProcessChange> WatchAsync(CancellationToken cancellationToken = default) => _parts is { } parts ? WatchAsync(parts, cancellationToken) : AsyncEnumerable.Empty<ProcessChange>();

    public void Announce(ProcessChange change) => _parts?.Announcer.Announce([change]);

    public ValueTask<int> MissUnknownAsync(IReadOnlySet<ProcessType> types, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        _parts?.Upkeep.MissUnknownAsync(types, timeout) ?? new(0);

    public ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default) =>
        Open.Runs.ReportAsync(id, fence, progress, version);

    public ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default) =>
        Open.Ends.FinishAsync(id, fence, outcome, cancellationToken);

    public ValueTask<bool> CanFinishInAsync(DbTransaction transaction, CancellationToken cancellationToken = default) => Open.Ends.CanFinishInAsync(transaction, cancellationToken);

    public ValueTask<bool> FinishInAsync(ProcessId id, int fence, ProcessOutcome outcome, ProcessTransaction transaction, CancellationToken cancellationToken = default) =>
        Open.Ends.FinishInAsync(id, fence, outcome, transaction, cancellationToken);

    public ValueTask<SendOutcome> SendAsync(ProcessId id, ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => Open.Messages.SendAsync(id, message);

    public ValueTask<IReadOnlyList<StoredMessage>> ReadMessagesAsync(ProcessId id, int fence, long after, CancellationToken cancellationToken = default) =>
        Open.Messages.ReadAsync(id, fence, after);

    public ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Submissions.RequestCancelAsync(id);

    public ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity, CancellationToken cancellationToken = default) => Open.Submissions.DescheduleAsync(identity);

    public ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Readings.FindAsync(id, cancellationToken);

    public ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(ProcessQuery query, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default) =>
        Open.Readings.ListAsync(query, owners, cancellationToken);

    public ValueTask<bool> KeepSubmissionAsync(ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken = default) =>
        Open.Submissions.KeepAsync(id, submission, body, cancellationToken);

    public ValueTask<KeptSubmission?> OpenSubmissionAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Submissions.OpenAsync(id, cancellationToken);

    public ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Results.OpenAsync(id, cancellationToken);

    public ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Results.MarkServedAsync(id);

    public ValueTask<bool> DiscardAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Upkeep.DiscardAsync(id);

    public ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Upkeep.RemoveAsync(id);

    public ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default) => new(Open.Load.GetAsync(cancellationToken));

    public ValueTask<SenderLoads> GetSenderLoadsAsync(string owner, string lane, CancellationToken cancellationToken = default) => Open.Submissions.GetLoadsAsync(owner, lane);

    public ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken = default) => Open.Readings.InspectAsync(lease, cancellationToken);

    public ValueTask<IReadOnlyList<HourFigures>> ReadHoursAsync(DateTimeOffset from, CancellationToken cancellationToken = default) => Open.Readings.ReadHoursAsync(from, cancellationToken);

    public async ValueTask<int> SweepAsync(CancellationToken cancellationToken = default)
    {
        if (_parts is not { } parts)
            return 0;

        await parts.Claims.TakeBackAsync();
        return await parts.Upkeep.SweepAsync();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _parts, null) is not { } parts)
            return;

        await parts.Announcer.DisposeAsync();
        await parts.Connection.DisposeAsync();
        parts.Nodes.Dispose();
    }

    private void LogVersion(int? version)
    {
        if (version < Schema.Version)
            PostgreSqlLog.Updated(logger, version.Value, Schema.Version);
        else if (version > Schema.Version)
            PostgreSqlLog.Newer(logger, version.Value, Schema.Version);
    }

    private Vault CreateVault() => new(KeyRing.In(new PostgreSqlKeyRing(_database.Source, "store"), settings.ProtectKeys).CreateProtector("AsyncViews.PostgreSql"));

    private Parts Assemble(Vault vault, ChangeChannel channel, string node)
    {
        var announcer = new Announcer(_database, channel, logger);
        var connection = new NodeConnection(_database, channel);
        var nodes = new Nodes(_database, connection, node, _options.Lease);
        var contents = new Contents(_database, node);
        var load = new Load(_database, time);
        var dueTimes = new DueTimes();
        var runs = new CurrentRuns();
        var home = new HomeDatabase(_database);
        var transactions = new Transactions(_database, load, dueTimes, announcer, vault, _options.ResultRetention);
        return new Parts(
            vault, announcer, connection, nodes, contents, load, dueTimes,
            new Submissions(_database, contents, transactions, home, load, announcer, vault, new StoreLimits(_options), _options),
            new Claims(_database, contents, transactions, new AnsweredClaims(_database, transactions, runs, node, _options.Lease), dueTimes, runs, vault, node, logger),
            new Runs(_database, transactions, runs, nodes, logger),
            new Messages(_database, transactions, runs, vault, _options),
            new Ends(_database, transactions, runs, home, vault),
            new Results(_database, contents, vault),
            new Compositions(_database, transactions, home, announcer, vault, _options),
            new Upkeep(_database, transactions, dueTimes, nodes, vault, _options),
            new Readings(_database, vault, logger));
    }

    private static async IAsyncEnumerable<ProcessChange> WatchAsync(Parts parts, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var change in parts.Connection.ListenAsync(cancellationToken))
        {
            if (change.Kind is ProcessChangeKind.Scheduled or ProcessChangeKind.Unknown)
                parts.DueTimes.Forget();
            yield return change;
        }
    }
}
