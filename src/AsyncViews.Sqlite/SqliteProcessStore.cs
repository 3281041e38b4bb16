using System.Data.Common;
using System.Threading.Channels;
using AsyncViews.Storage;
using AsyncViews.Storage.Sealing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AsyncViews.Sqlite;

/// <summary>
/// The embedded durable store: one database file, its content files and its key ring in one folder. While it is not open, or
/// locked out of its database by another key ring, nothing is accepted, started or ended, and nothing is due.
/// </summary>
internal sealed class SqliteProcessStore : IProcessStore, IDisposable
{
    private const string CannotJoin = "The SQLite store has its own database and cannot join a transaction of another one. Use a store that is kept in that database.";

    private readonly SqliteLocation _location;
    private readonly AsyncViewsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<SqliteProcessStore> _logger;
    private readonly StoreFiles _files;
    private readonly LoadCounter _load = new();

    /// <summary>The processes that were released or ended together with others, as they are committed. It is watched from the start, even if the store can be opened only later.</summary>
    private readonly Channel<ProcessChange> _followers = Channel.CreateUnbounded<ProcessChange>();

    private Parts? _parts;
    private string _node = "";
    private bool _isWaitingForRoom;
    private string _whyNot = "The store is not open.";

    public SqliteProcessStore(
        SqliteLocation location, IOptions<AsyncViewsOptions> options, TimeProvider time, ILogger<SqliteProcessStore> logger)
    {
        _location = location;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _files = new StoreFiles(location.Path, time, logger);
    }

    private sealed record Parts(Vault Keys, Submissions Submissions, Compositions Compositions, Claims Claims, Runs Runs, Messages Messages, Results Results, Upkeep Upkeep, Readings Readings);

    private Parts Open => _parts ?? throw new StoreUnavailableException(_whyNot);

    public DateTimeOffset Now => _time.GetUtcNow();

    public async ValueTask OpenAsync(string node, CancellationToken cancellationToken = default)
    {
        _node = node;
        try
        {
            await UnlockAsync(cancellationToken);
        }
        catch (StoreUnavailableException exception)
        {
            // Whatever cannot be stored is refused; a host that does not start would answer nobody.
            _whyNot = exception.Message;
            _isWaitingForRoom = true;
            SqliteLog.NoRoom(_logger, _location.Path, exception);
        }
    }

    private async Task UnlockAsync(CancellationToken cancellationToken)
    {
        if (await _files.OpenAsync(_load, cancellationToken) is { } lockedOut)
        {
            _whyNot = lockedOut;
            SqliteLog.LockedOut(_logger, _location.Path);
            return;
        }

        _files.RemoveOrphans();
        var setAside = new SetAside(_logger);
        var transactions = new Transactions(_files, _load, _followers.Writer, _time, _options.ResultRetention, _logger);
        var runs = new Runs(_files, transactions, _logger);
        var parts = new Parts(
            _files.Vault,
            new Submissions(_files, transactions, runs, _load, new StoreLimits(_options), _node),
            new Compositions(_files, transactions),
            new Claims(_files, transactions, runs, setAside, _node, _time, _logger),
            runs,
            new Messages(_files, transactions, runs, _options),
            new Results(_files, transactions),
            new Upkeep(_files, transactions, _options, _time, _logger),
            new Readings(_files, setAside, _time, _logger));

        // This process owns the file and has started nothing yet: every run is lost, whenever it last beat.
        await parts.Runs.RecoverAsync(DateTimeOffset.MaxValue, new HashSet<ProcessId>());
        _parts = parts;
    }

    public byte[] DeriveKey(string purpose) => Open.Keys.Derive(purpose);

    public ContentSpool CreateContent() => new(_files.Content.CreateSink);

    public ValueTask<AddResult> AddAsync(NewProcess process, DbTransaction? transaction = null, CancellationToken cancellationToken = default) => transaction is null
        ? Open.Submissions.AddAsync(process, claim: null, cancellationToken)
        : throw new NotSupportedException(CannotJoin);

    public ValueTask<AddResult> AddAndClaimAsync(NewProcess process, ImmediateClaim claim, CancellationToken cancellationToken = default) =>
        Open.Submissions.AddAsync(process, claim, cancellationToken);

    public ValueTask<AddOutcome> AddAllAsync(IReadOnlyList<NewProcess> processes, DbTransaction? transaction = null, CancellationToken cancellationToken = default) => transaction is null
        ? Open.Compositions.AddAllAsync(processes, cancellationToken)
        : throw new NotSupportedException(CannotJoin);

    public ValueTask<IReadOnlyList<ProcessId>> ListPredecessorsAsync(ProcessId id, CancellationToken cancellationToken = default) => new(Open.Compositions.Before(id));

    public IAsyncEnumerable<ProcessChange> WatchFollowersAsync(CancellationToken cancellationToken = default) => _followers.Reader.ReadAllAsync(cancellationToken);

    public ValueTask SettleAsync(CancellationToken cancellationToken = default) => _parts?.Compositions.SettleAsync() ?? ValueTask.CompletedTask;

    public ValueTask<GroupStatus?> FindGroupAsync(string reference, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default) =>
        new(Open.Compositions.FindGroup(reference, owners));

    public ValueTask<IReadOnlyList<ProcessId>> ListMembersAsync(string reference, CancellationToken cancellationToken = default) => new(Open.Compositions.Members(reference));

    public ValueTask<bool> RemoveGroupAsync(string reference, CancellationToken cancellationToken = default) => Open.Compositions.RemoveGroupAsync(reference);

    public ValueTask<DueResult> QueueDueAsync(CancellationToken cancellationToken = default) => _parts?.Upkeep.QueueDueAsync() ?? new(new DueResult([], null));

    public ValueTask<bool> QueueNowAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Submissions.QueueNowAsync(id);

    public ValueTask<IReadOnlyList<ClaimedProcess>> ClaimNextAsync(
        IReadOnlySet<ProcessType> types, int count, int anonymous = int.MaxValue, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default) =>
        _parts?.Claims.ClaimNextAsync(types, count, anonymous, quotas) ?? new([]);

    public ValueTask<ClaimedProcess?> ClaimAsync(ProcessId id, IReadOnlySet<ProcessType> types, IReadOnlyDictionary<string, int>? quotas = null, CancellationToken cancellationToken = default) =>
        Open.Claims.ClaimAsync(id, types, quotas);

    public ValueTask<Heartbeat> HeartbeatAsync(IReadOnlyCollection<FencedRun> alive, CancellationToken cancellationToken = default) =>
        _parts?.Runs.HeartbeatAsync(alive) ?? new(Heartbeat.Steady);

    public ValueTask<int> RecoverAsync(TimeSpan lease, IReadOnlySet<ProcessId> alive, bool hasContact, CancellationToken cancellationToken = default) =>
        hasContact && _parts is { } parts ? parts.Runs.RecoverAsync(_time.GetUtcNow() - lease, alive) : new(0);

    /// <summary>Nobody else has the database.</summary>
    public IAsyncEnumerable<ProcessChange> WatchAsync(CancellationToken cancellationToken = default) => AsyncEnumerable.Empty<ProcessChange>();

    public ValueTask<int> MissUnknownAsync(IReadOnlySet<ProcessType> types, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        _parts?.Upkeep.MissUnknownAsync(types, timeout) ?? new(0);

    public ValueTask<bool> ReportAsync(ProcessId id, int fence, ProcessProgress progress, long version, CancellationToken cancellationToken = default) =>
        Open.Runs.ReportAsync(id, fence, progress, version);

    public ValueTask<bool> FinishAsync(ProcessId id, int fence, ProcessOutcome outcome, CancellationToken cancellationToken = default) =>
        Open.Runs.FinishAsync(id, fence, outcome, cancellationToken);

    public ValueTask<SendOutcome> SendAsync(ProcessId id, ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default) => Open.Messages.SendAsync(id, message);

    public ValueTask<IReadOnlyList<StoredMessage>> ReadMessagesAsync(ProcessId id, int fence, long after, CancellationToken cancellationToken = default) =>
        Open.Messages.ReadAsync(id, fence, after);

    public ValueTask<CancelOutcome> RequestCancelAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Submissions.RequestCancelAsync(id);

    public ValueTask<IReadOnlyList<ProcessId>> DescheduleAsync(string identity, CancellationToken cancellationToken = default) => Open.Submissions.DescheduleAsync(identity);

    public ValueTask<ProcessRecord?> FindAsync(ProcessId id, CancellationToken cancellationToken = default) => ValueTask.FromResult(Open.Readings.Find(id));

    public ValueTask<IReadOnlyList<ProcessRecord>> ListAsync(ProcessQuery query, IReadOnlyCollection<string>? owners = null, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Open.Readings.List(query, owners));

    public ValueTask<bool> KeepSubmissionAsync(
        ProcessId id, ReadOnlyMemory<byte> submission, ContentSpool body, CancellationToken cancellationToken = default) =>
        Open.Submissions.KeepAsync(id, submission, body, cancellationToken);

    public ValueTask<KeptSubmission?> OpenSubmissionAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Submissions.OpenAsync(id, cancellationToken);

    public ValueTask<StoredResult?> OpenResultAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Results.OpenAsync(id, cancellationToken);

    public ValueTask<bool> MarkServedAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Results.MarkServedAsync(id);

    public ValueTask<bool> DiscardAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Upkeep.DiscardAsync(id);

    public ValueTask<bool> RemoveAsync(ProcessId id, CancellationToken cancellationToken = default) => Open.Upkeep.RemoveAsync(id);

    public ValueTask<StoreLoad> GetLoadAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(Open.Submissions.Load());

    public ValueTask<SenderLoads> GetSenderLoadsAsync(string owner, string lane, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Open.Submissions.LoadsOf(owner, lane));

    public ValueTask<StoreInspection> InspectAsync(TimeSpan lease, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Open.Readings.Inspect(_time.GetUtcNow() - lease));

    public ValueTask<IReadOnlyList<HourFigures>> ReadHoursAsync(DateTimeOffset from, CancellationToken cancellationToken = default) => ValueTask.FromResult(Open.Readings.ReadHours(from));

    public async ValueTask CheckAsync(CancellationToken cancellationToken = default)
    {
        if (_isWaitingForRoom)
        {
            await UnlockAsync(cancellationToken);
            _isWaitingForRoom = false;
        }

        if (_parts is null)
            return;

        if (!_files.AreInPlace())
        {
            _parts = null;
            _whyNot = "The database or its lock was deleted, replaced or damaged. Put back what was deleted or replaced, and restart the application.";
            SqliteLog.FilesLost(_logger, _location.Path);
            return;
        }

        await Open.Upkeep.ProbeAsync();
    }

    public ValueTask<int> SweepAsync(CancellationToken cancellationToken = default) => _parts?.Upkeep.SweepAsync() ?? new(0);

    public void Dispose() => _files.Dispose();
}
